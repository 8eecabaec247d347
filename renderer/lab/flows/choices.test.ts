import { expect, test } from 'vitest';
import type { FlowInfo } from '../../../shared/recipe.ts';
import { offered } from './choices.ts';

const flow = (id: string, group: string, on: 'lab' | 'node'): FlowInfo => ({
  id,
  title: id,
  help: '',
  group,
  on,
  parameters: [],
});
const flows = [flow('a', 'Members', 'lab'), flow('b', 'Instances', 'node'), flow('c', 'Members', 'node')];

test('a heading stands once, whatever the order the recipe names its flows in', () => {
  expect(offered(flows, null).map(({ id }) => id)).toEqual(['a', 'c', 'b']);
});

test('on a node only what is done on a node is offered', () => {
  expect(offered(flows, 'node-1').map(({ id }) => id)).toEqual(['b', 'c']);
});
