import { expect, it } from 'vitest';
import type { Card } from './card.ts';
import { flowNodes, type CardNode } from './flow-nodes.ts';
import { formBox } from './form.ts';
import { layoutNodes } from './layout.ts';

function card(name: string, state: Card['state'] = 'running'): [string, Card] {
  const rest = {
    address: '',
    befell: null,
    roles: [],
    weakest: null,
    member: null,
    domain: '',
    footer: '',
    footerEnd: '',
    label: name,
  };
  return [name, { name, state, ...rest }];
}
const cards = new Map([card('node-1'), card('node-2'), card('node-3')]);
const { places } = layoutNodes([...cards.keys()], { width: 1096, height: 430 });
const shown = { cards, places, selected: [], box: formBox.card };
const first = flowNodes(shown, []);
const kept = (after: readonly CardNode[]) => after.map((node, index) => node === first[index]);

it('keeps the object of a node of which nothing changed', () => {
  expect(first.map((node) => node.id)).toEqual(['node-1', 'node-2', 'node-3']);
  expect(kept(flowNodes(shown, first))).toEqual([true, true, true]);
});

it.each([
  ['place', { places: new Map([...places, ['node-2', { x: 16, y: 480 }]]) }],
  ['selection', { selected: ['node-2'] }],
])('makes that of a node anew whose %s changed, with the same data', (_what, change) => {
  const after = flowNodes({ ...shown, ...change }, first);
  expect(kept(after)).toEqual([true, false, true]);
  expect(after[1]?.data).toBe(first[1]?.data);
});

it('puts what is not well above the rest, and what is selected above all', () => {
  const killed = new Map([...cards, card('node-3', 'dead')]);
  expect(flowNodes({ ...shown, cards: killed, selected: ['node-2'] }, []).map((node) => node.zIndex)).toEqual([
    1, 3, 2,
  ]);
});
