import { describe, expect, it } from 'vitest';
import { LabError } from '../../shared/errors.ts';
import { EngineAnswer, toEngineError } from './docker-errors.ts';

const answer = (status: number, message: string) => new EngineAnswer(status, JSON.stringify({ message }));

/** Words of Docker 20.10.24 and Podman 4.3.1, recorded. */
const recorded: readonly (readonly [string, number, string])[] = [
  ['engine/subnet-taken', 403, 'Pool overlaps with other one on this address space'],
  ['engine/subnet-taken', 500, 'subnet 172.28.202.0/24 is already used on the host or by another config'],
  ['engine/conflict', 409, 'network with name a-mgmt already exists'],
  [
    'engine/conflict',
    409,
    'Conflict. The container name "/a-node-1" is already in use by container "c898". You have to remove (or rename) that container to be able to reuse that name.',
  ],
  [
    'engine/conflict',
    500,
    'creating container storage: the container name "a-node-1" is already in use by c898. You have to remove that container to be able to reuse that name: that name is already in use',
  ],
  ['engine/not-found', 404, 'No such container: c898'],
  ['engine/not-found', 404, 'network a-none not found'],
  ['image/unavailable', 404, 'No such image: quorate/none:00000000'],
  ['node/not-running', 409, 'Container c898 is not running'],
  ['node/not-running', 409, 'Container c898 is paused, unpause the container before exec'],
  ['node/not-running', 409, 'can only create exec sessions on running containers: container state improper'],
  ['engine/refused', 500, 'OCI runtime create failed: no space left on device'],
];

describe('toEngineError', () => {
  it.each(recorded)('%s for %i «%s»', (code, status, words) => {
    expect(toEngineError(answer(status, words), 'do it')).toMatchObject({ code, detail: words });
  });

  it('names the subnet that is taken', () => {
    const error = toEngineError(answer(403, 'Pool overlaps with other one'), 'create a network', '172.28.31.0/24');
    expect(error.message).toBe('The network 172.28.31.0/24 is taken by another network. Nothing was created.');
  });

  it.each([
    ['ECONNREFUSED', 'engine/unreachable'],
    ['ENOENT', 'engine/unreachable'],
    ['ECONNRESET', 'engine/unreachable'],
    ['EACCES', 'engine/denied'],
  ])('a socket that fails with %s is %s', (code, expected) => {
    expect(toEngineError(Object.assign(new Error(`connect ${code}`), { code }), 'do it').code).toBe(expected);
  });

  it('lets our own errors through', () => {
    const own = new LabError('cancelled', 'Cancelled.');
    expect(toEngineError(own, 'do it')).toBe(own);
  });
});
