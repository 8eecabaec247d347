import { expect, test } from 'vitest';
import { cluster } from '../../shared/fakes/replicas.ts';
import type { LabView } from '../../shared/lab.ts';
import type { Found } from '../engines/engine.ts';
import { countedNodes, freeNode } from './free-node.ts';

const found = (...names: readonly string[]): Found =>
  ({ nodes: names.map((node) => ({ node })), networks: [], missing: [] }) as unknown as Found;
const view = (members: readonly string[], databases: LabView['databases'] = []): LabView =>
  ({ members: members.map((name) => ({ name })), databases }) as unknown as LabView;

test('the lowest name without a container is free', () => {
  expect(freeNode(found('node-1', 'node-3'), countedNodes(view(['node-1', 'node-3'])))).toBe('node-2');
});

test('a member whose container was removed by hand keeps its name', () => {
  expect(freeNode(found('node-1', 'node-2'), countedNodes(view(['node-1', 'node-2', 'node-3'])))).toBe('node-4');
});

test('so does a server that a database still counts at its address', () => {
  expect(freeNode(found('node-1', 'node-2'), countedNodes(view([], [cluster(['up', 'up', 'silent'])])))).toBe('node-4');
});

test('a full lab says so, and what would help', () => {
  const names = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `node-${number}`);
  expect(() => freeNode(found(...names), countedNodes(view(names)))).toThrow('at most 9 nodes');
  expect(() => freeNode(found(...names.slice(1)), countedNodes(view(names)))).toThrow(
    expect.objectContaining({ fix: 'Remove members whose containers are gone.' }),
  );
});
