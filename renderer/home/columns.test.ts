import { expect, test } from 'vitest';
import { columnsOf } from './columns.ts';

test('no row of cards is left with one alone', () => {
  const last = (cards: number, columns: number) => cards % columns;
  for (const cards of [3, 4, 5, 6])
    for (const columns of Object.values(columnsOf(cards))) expect(last(cards, columns), `${String(cards)}`).not.toBe(1);
});
