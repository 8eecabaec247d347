import { expect, it } from 'vitest';
import { sharedParts } from './shared-parts.ts';

const view = () => ({
  at: 1,
  nodes: [
    { name: 'a', up: true },
    { name: 'b', up: true },
  ],
  links: [{ from: 'a', to: 'b' }],
});

it('keeps what did not change, and only that', () => {
  const before = view();
  const next = sharedParts(before, {
    ...view(),
    at: 2,
    nodes: [
      { name: 'a', up: false },
      { name: 'b', up: true },
    ],
  });
  expect(next).toEqual({
    at: 2,
    nodes: [
      { name: 'a', up: false },
      { name: 'b', up: true },
    ],
    links: view().links,
  });
  expect([next.links === before.links, next.nodes === before.nodes]).toEqual([true, false]);
  expect([next.nodes[0] === before.nodes[0], next.nodes[1] === before.nodes[1]]).toEqual([false, true]);
});

it('gives what was before back when all of it is the same', () => {
  const before = view();
  expect(sharedParts(before, view())).toBe(before);
});

it.each([
  ['an item that is gone', [1, 2], [1]],
  ['an item that is new', [1], [1, 2]],
  ['a field that is gone', { a: 1, b: undefined }, { a: 1 }],
  ['a field that is new', { a: 1 }, { a: 1, b: null }],
  ['a list for a record', { 0: 'a' }, ['a']],
  ['nothing for a record', { a: 1 }, null],
  ['a record for nothing', null, { a: 1 }],
] as const)('tells %s from what was', (_what, before, next) => {
  const parts: unknown = sharedParts<unknown>(before, structuredClone(next));
  expect(parts).toStrictEqual(next);
});
