import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { hereDocument, type Piece } from './here-document.ts';

/** What `cat` reads in a real shell. */
function read(pieces: readonly Piece[], env: Readonly<Record<string, string>> = {}): string {
  const { open, body } = hereDocument(pieces);
  return execFileSync('sh', ['-euc', `cat ${open}\n${body}\n`], { encoding: 'utf8', env: { ...process.env, ...env } });
}

it.each([
  ['plain text', 'cluster:\n  enabled: true\n'],
  ['what a shell would expand', 'a: $HOME `id` $(id) \\ \\n "it\'s" ${x}\n'],
  ['its own delimiter', 'EOF\nEOF_\nb\n'],
  ['nothing', ''],
])('gives %s as it is', (_what, text) => {
  expect(read([text])).toBe(text);
});

it('ends text with a newline', () => {
  expect(read(['a: 1'])).toBe('a: 1\n');
});

it('expands variables and nothing beside or inside them', () => {
  const token = 'eyJ$(id)`id`\\=="';
  expect(read(['a: $HOME \\ `id`\ntoken: ', { variable: 'token' }, 'x\n'], { token })).toBe(
    `a: $HOME \\ \`id\`\ntoken: ${token}x\n`,
  );
});

it('reads as one would type it where nothing needs care', () => {
  expect(hereDocument(['a: 1\n'])).toEqual({ open: '<<EOF', body: 'a: 1\nEOF' });
  expect(hereDocument(['a: $b\n']).open).toBe("<<'EOF'");
});
