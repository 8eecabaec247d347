import { expect, test } from 'vitest';
import { cluster } from '../../shared/fakes/replicas.ts';
import type { LabView } from '../../shared/lab.ts';
import { quorumOf } from '../../shared/quorum.ts';
import type { Found } from '../engines/engine.ts';
import { freeNode, leftBehind, namedByPlan } from './free-node.ts';

const found = (...names: readonly string[]): Found =>
  ({ nodes: names.map((node) => ({ node })), networks: [], missing: [] }) as unknown as Found;
const view = (members: readonly string[], databases: LabView['databases'] = []): LabView =>
  ({ members: members.map((name) => ({ name })), databases }) as unknown as LabView;

test('the lowest name without a container is free, up to nine', () => {
  expect(freeNode(found('node-1', 'node-3'), [])).toBe('node-2');
  const names = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `node-${number}`);
  expect(() => freeNode(found(...names), [])).toThrow('at most 9 nodes');
});

test('a member or a server whose container was removed by hand is left behind', () => {
  const two = found('node-1', 'node-2');
  expect(leftBehind(two, view(['node-1', 'node-2', 'node-3']))).toEqual(['node-3']);
  expect(leftBehind(two, view([], [cluster(['up', 'up', 'silent'])]))).toEqual(['node-3']);
  expect(leftBehind(two, view(['node-1', 'node-2']))).toEqual([]);
});

test('a server at the address of a node that has no container is left behind, too', () => {
  const { replicas, ...facts } = cluster(['up', 'up', 'silent']);
  const nameless = replicas.slice(0, 2).map((replica) => ({
    ...replica,
    servers: replica.servers.map((server) => (server.node === 'node-3' ? { ...server, node: null } : server)),
  }));
  const seen = namedByPlan(view([], [{ ...facts, replicas: nameless }]), { mgmt: '172.28.31', underlay: '172.28.32' });
  expect(leftBehind(found('node-1', 'node-2'), seen)).toEqual(['node-3']);
  expect(quorumOf(seen.databases[0] ?? { ...facts, replicas })).toMatchObject({ voters: 3, answering: 2 });
});

test('before such a one is removed no node is added, and the error says so', () => {
  expect(() => freeNode(found('node-1', 'node-2'), ['node-3'])).toThrow(
    expect.objectContaining({
      message: 'The cluster still counts node-3, whose container is gone.',
      fix: 'Remove node-3, then add a node.',
    }),
  );
});
