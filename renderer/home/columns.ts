/** Cards of recipes side by side, in a wide window and in one of at most 1200 pixels, so that no row is left with one alone. */
export function columnsOf(cards: number): { readonly wide: number; readonly narrow: number } {
  if (cards <= 2) return { wide: 2, narrow: 2 };
  if (cards === 4) return { wide: 4, narrow: 2 };
  return { wide: 3, narrow: 3 };
}
