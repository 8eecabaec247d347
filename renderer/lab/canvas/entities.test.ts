import { expect, test } from 'vitest';
import type { EntityView } from '../../../shared/lab.ts';
import { countKinds, detailOf, entitiesHeight, entityDrawing, inShort, sorted } from './entities.ts';
import { layoutNodes } from './layout.ts';

const thing = (kind: string, name: string, nodes: readonly number[], facts: Partial<EntityView> = {}): EntityView => ({
  kind,
  name,
  state: 'Created',
  pending: false,
  on: nodes.map((node) => ({ node: `node-${String(node)}`, state: null })),
  facts: [],
  ...facts,
});
const pool = thing('storage pool', 'local', [1, 2, 3]);
const data = thing('storage pool', 'data', [1], { state: 'Pending', pending: true });
const c1 = thing('instance', 'c1', [2], { state: 'Running' });

test('what is on one node stands under it, what is shared or pending beneath all, pending first', () => {
  const volumes = [1, 2].map((node) => thing('volume', 'web', [node]));
  const { own, shared } = sorted([pool, data, c1, ...volumes], 3);
  expect(own.map(({ name }) => name)).toEqual(['c1', 'web', 'web']);
  expect(shared.map(({ name }) => name)).toEqual(['data', 'local']);
});

test('with nodes in several rows, what is on one node each stands in one bar of its kind', () => {
  const c2 = thing('instance', 'c2', [5], { state: 'Stopped' });
  const { own, shared } = sorted([pool, data, c1, c2, thing('volume', 'web', [1])], 5);
  expect(own).toEqual([]);
  expect(shared.map((one) => [one.name, detailOf(one, 5)])).toEqual([
    ['data', 'storage pool · Pending · node-1'],
    ['2 instances', 'c1 Running on node-2, c2 Stopped on node-5'],
    ['web', 'volume · Created · node-1'],
    ['local', 'storage pool · Created · node-1, node-2 and node-3'],
  ]);
});

test('a bar has a dot under each node that holds it, and each node a line to the lowest it holds', () => {
  const names = ['node-1', 'node-2', 'node-3'];
  const layout = layoutNodes(names, { width: 1400, height: 600 }, 100);
  const drawing = entityDrawing(layout, layout.places, [pool, data, c1], 3);
  expect(drawing.bars.map(({ name, dots }) => [name, dots.map(({ node }) => node)])).toEqual([
    ['data', ['node-1']],
    ['local', names],
  ]);
  expect(drawing.lines).toHaveLength(3);
  expect(drawing.pills.map(({ name, state, node }) => [name, state, node])).toEqual([['c1', 'Running', 'node-2']]);
  expect(drawing.height).toBe(entitiesHeight([pool, data, c1], 3, 3));
});

test('more than has room under a node is told by name, and many are counted by kind', () => {
  expect(countKinds([c1, c1, thing('volume', 'web', [2])])).toBe('2 instances, 1 volume');
  expect(inShort([c1, thing('volume', 'web', [2])])).toBe('c1, web');
  expect(inShort(Array<EntityView>(9).fill(c1))).toBe('9 instances');
});

test('tells where a thing is, and the state of each node where they differ', () => {
  expect(detailOf(pool, 3)).toBe('storage pool · Created · all 3 nodes');
  expect(detailOf(data, 3)).toBe('storage pool · Pending · node-1');
  const half = {
    ...pool,
    on: [
      { node: 'node-1', state: 'Created' },
      { node: 'node-2', state: 'Errored' },
    ],
  };
  expect(detailOf(half, 3)).toBe('storage pool · Created · node-1 Created, node-2 Errored');
});
