import { expect, test } from 'vitest';
import { ago, count, listed, memory, span, took } from './format.ts';

test('ages have one unit and no false precision', () => {
  expect([0, 300, 9940, 14_400, 90_000, 7_200_000, 172_800_000].map(span)).toEqual([
    '0.0 s',
    '0.3 s',
    '9.9 s',
    '14 s',
    '2 min',
    '2 h',
    '2 days',
  ]);
  expect(ago(-5)).toBe('0.0 s ago');
});

test('durations keep two digits while they are short', () => {
  expect([380, 12_400, 125_000].map(took)).toEqual(['0.38 s', '12.4 s', '2 min 5 s']);
});

test('counts and lists read as English', () => {
  expect([count(1, 'node'), count(3, 'node'), count(2, 'match', 'matches')]).toEqual([
    '1 node',
    '3 nodes',
    '2 matches',
  ]);
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
  expect([memory(256), memory(1536), memory(21_504)]).toEqual(['256 MiB', '1.5 GiB', '21 GiB']);
});
