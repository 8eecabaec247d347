/** One word as a POSIX shell reads it back: as it is when that is safe, else in single quotes. */
export function shellWord(word: string): string {
  if (/^[A-Za-z0-9_./:=@%+,-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as one line a person could type, e.g. `ovs-vsctl set open . 'external-ids:a="b"'`. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
