import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readClusterStatus } from './cluster-status.ts';

const recorded = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/ovn/cluster-status-${name}.txt`, import.meta.url), 'utf8');

describe('readClusterStatus', () => {
  test('reads a leader of OVS 3.1', () => {
    expect(readClusterStatus(recorded('nb-leader'))).toEqual({
      serverId: 'bef7',
      clusterId: 'da88',
      address: 'tcp:172.28.31.11:6643',
      status: 'cluster member',
      role: 'leader',
      term: 1,
      leader: 'self',
      vote: 'self',
      electionTimer: 1000,
      log: '[2, 26]',
      notCommitted: 0,
      connections: ['<-e93e', '->e93e', '<-fb82', '->fb82'],
      servers: [
        { id: 'fb82', address: 'tcp:172.28.31.13:6643' },
        { id: 'bef7', address: 'tcp:172.28.31.11:6643' },
        { id: 'e93e', address: 'tcp:172.28.31.12:6643' },
      ],
    });
  });

  test('reads a follower whose lines lack ages and whose join peer is not identified', () => {
    expect(readClusterStatus(recorded('nb-trixie-n2'))).toMatchObject({
      serverId: 'a8c0',
      role: 'follower',
      leader: '03a5',
      vote: 'unknown',
      connections: ['->0000', '<-03a5', '<-f893', '->f893'],
      servers: [{ id: 'f893' }, { id: '03a5' }, { id: 'a8c0' }],
    });
  });

  test('reads a survivor without quorum, its broken connections in parentheses', () => {
    expect(readClusterStatus(recorded('nb-quorum-lost'))).toMatchObject({
      status: 'disconnected from the cluster (election timeout)',
      role: 'candidate',
      term: 13,
      leader: 'unknown',
      connections: ['(->fb82)', '(->e93e)'],
      servers: [{ id: 'fb82' }, { id: 'bef7' }, { id: 'e93e' }],
    });
  });

  test.each(['nb-5nodes', 'nb-follower', 'nb-trixie-n1', 'sb-n1', 'sb-n2', 'sb-ssl'])('reads %s', (name) => {
    const status = readClusterStatus(recorded(name));
    expect(status.servers).toHaveLength(name === 'nb-5nodes' ? 5 : 3);
    expect(status.servers).toContainEqual({ id: status.serverId, address: status.address });
    expect(status.electionTimer).toBe(1000);
  });

  test('refuses what is not a status, keeping it as evidence', () => {
    const read = () => readClusterStatus(recorded('nb-left'));
    expect(read).toThrowError(expect.objectContaining({ code: 'source/unreadable', detail: recorded('nb-left') }));
  });
});
