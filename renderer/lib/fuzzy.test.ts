import { expect, test } from 'vitest';
import { fuzzy } from './fuzzy.ts';

const titles = [
  'Destroy microovn-1…',
  'Open microovn-1',
  'Deploy MicroOVN',
  'Stop all nodes of microovn-1',
  'Use the dark theme',
];
const found = (query: string) =>
  titles
    .map((title) => ({ title, match: fuzzy(query, title) }))
    .filter(({ match }) => match !== null)
    .sort((a, b) => (b.match?.score ?? 0) - (a.match?.score ?? 0))
    .map(({ title }) => title);

test('letters in order find a title, starts of words and runs of letters come first', () => {
  expect(found('dm')[0]).toBe('Deploy MicroOVN');
  expect(found('open')[0]).toBe('Open microovn-1');
  expect(found('xyz')).toEqual([]);
});

test('words may come in any order, and an empty query lists everything', () => {
  expect(found('microovn stop')[0]).toBe('Stop all nodes of microovn-1');
  expect(found('')).toHaveLength(titles.length);
});

test('tells which letters matched', () => {
  expect(fuzzy('dark', 'Use the dark theme')?.at).toEqual([8, 9, 10, 11]);
});
