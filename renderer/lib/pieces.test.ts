import { expect, test } from 'vitest';
import { pieces } from './pieces.ts';

test('what stands in backticks is code', () => {
  expect(pieces('Start it with `sudo x`.')).toEqual([
    { text: 'Start it with ', code: false },
    { text: 'sudo x', code: true },
    { text: '.', code: false },
  ]);
});

test('an odd backtick stays text', () => {
  expect(pieces('a ` b')).toEqual([{ text: 'a ` b', code: false }]);
});
