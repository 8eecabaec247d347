import { expect, test } from 'vitest';
import { references, stringMap, Tables } from './rows.ts';

test('applies initial, insert, modify and delete, with sets and maps as differences', () => {
  const tables = new Tables({ T: ['s'] });
  tables.apply({
    T: {
      a: {
        initial: {
          n: 1,
          s: ['set', ['x', 'y']],
          m: [
            'map',
            [
              ['k', 'v'],
              ['gone', '1'],
            ],
          ],
        },
      },
      b: { initial: {} },
    },
  });
  tables.apply({
    T: {
      a: {
        modify: {
          n: 2,
          s: ['set', ['y', 'z']],
          m: [
            'map',
            [
              ['k', 'w'],
              ['gone', '1'],
            ],
          ],
        },
      },
      b: { delete: null },
      c: { insert: { n: 9 } },
    },
  });
  expect(tables.table('T')).toEqual(
    new Map([
      ['a', { n: 2, s: ['set', ['x', 'z']], m: ['map', [['k', 'w']]] }],
      ['c', { n: 9 }],
    ]),
  );
});

test('a bare value is a set of one: a second element is added to a set, and replaces an optional', () => {
  const tables = new Tables({ T: ['ports'] });
  tables.apply({ T: { a: { initial: { ports: ['uuid', 'u1'], up: true, chassis: ['uuid', 'c1'] } } } });
  tables.apply({ T: { a: { modify: { ports: ['uuid', 'u2'], up: false, chassis: ['set', []] } } } });
  const row = tables.table('T').get('a');
  expect([references(row?.['ports']), row?.['up'], references(row?.['chassis'])]).toEqual([['u1', 'u2'], false, []]);
  expect(stringMap(undefined)).toEqual(new Map());
});
