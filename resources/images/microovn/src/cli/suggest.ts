/**
 * Cobra's block for a mistyped command: every name within two edits of the word or beginning with it, in order of the
 * list; `''` when there is none. Follows the message directly: `\n\nDid you mean this?\n\tstatus\n`.
 */
export function didYouMean(word: string, names: readonly string[]): string {
  const lower = word.toLowerCase();
  const near = names.filter((name) => name.startsWith(lower) || edits(lower, name) <= 2);
  return near.length === 0 ? '' : `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`;
}

/** Levenshtein distance: insertions, deletions and replacements of single characters. */
function edits(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
