/** Where a query was found in a text, and how well. */
export interface Match {
  /** Higher is better. */
  readonly score: number;
  /** Indices of the matched characters, ascending. */
  readonly at: readonly number[];
}

/**
 * Finds the letters of a query in order, case aside; spaces in the query separate words that may come in any order. A letter at the start
 * of a word and a letter right after the previous one count more. Null when a letter is missing. An empty query matches everything.
 */
export function fuzzy(query: string, text: string): Match | null {
  const lower = text.toLowerCase();
  const at = new Set<number>();
  let score = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const found = bestRun(word, lower);
    if (found === null) return null;
    score += found.score;
    for (const index of found.at) at.add(index);
  }
  // Of equal matches the shorter text is meant.
  return { score: score - text.length / 1000, at: [...at].sort((a, b) => a - b) };
}

function bestRun(word: string, text: string): Match | null {
  let best: Match | null = null;
  for (let start = text.indexOf(word.charAt(0)); start >= 0; start = text.indexOf(word.charAt(0), start + 1)) {
    const match = runFrom(word, text, start);
    if (match !== null && (best === null || match.score > best.score)) best = match;
  }
  return best;
}

function runFrom(word: string, text: string, start: number): Match | null {
  const at: number[] = [];
  let score = 0;
  let from = start;
  for (const letter of word) {
    const index = text.indexOf(letter, from);
    if (index < 0) return null;
    if (index === 0 || /[^\p{L}\p{N}]/u.test(text.charAt(index - 1))) score += 3;
    if (at.at(-1) === index - 1) score += 4;
    score += 1;
    at.push(index);
    from = index + 1;
  }
  return { score, at };
}
