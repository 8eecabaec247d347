/** A piece of what a command reads: text as it is, or the name of a shell variable that will hold it. */
export type Piece = string | { readonly variable: string };

/**
 * A POSIX here-document that gives a command exactly this text: `open` follows the command on its line (`<<EOF`), `body` is the lines after
 * that, with the delimiter. Only variables are expanded: beside them `$`, backquotes and backslashes are escaped, and without any the
 * delimiter is quoted where the text has such a character (POSIX.1-2017, XCU 2.7.4).
 */
export function hereDocument(pieces: readonly Piece[]): { readonly open: string; readonly body: string } {
  const plain = pieces.map((piece) => (typeof piece === 'string' ? piece : '')).join('');
  const expands = pieces.some((piece) => typeof piece !== 'string');
  let delimiter = 'EOF';
  while (plain.split('\n').includes(delimiter)) delimiter += '_';
  const text = pieces.map((piece) => {
    if (typeof piece !== 'string') return `\${${piece.variable}}`;
    return expands ? piece.replaceAll(/[\\$`]/g, String.raw`\$&`) : piece;
  });
  const quoted = !expands && /[\\$`]/.test(plain);
  return {
    open: quoted ? `<<'${delimiter}'` : `<<${delimiter}`,
    body: `${ended(text.join(''))}${delimiter}`,
  };
}

/** Text with a newline at its end: a here-document has no other. */
export function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
