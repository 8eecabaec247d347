import { expect, it } from 'vitest';
import { Backlog } from './backlog.ts';

function backlog(...pieces: readonly string[]): Backlog {
  const made = new Backlog();
  for (const piece of pieces) made.push(Buffer.from(piece));
  return made;
}
function rest(of: Backlog): readonly string[] {
  const pieces: string[] = [];
  for (let piece = of.take(); piece; piece = of.take()) pieces.push(Buffer.from(piece).toString());
  return pieces;
}

it('gives back what it was given, in order, in pieces that are not long', () => {
  const long = 'x'.repeat(100_000);
  const one = backlog('a', long);
  expect(one.bytes).toBe(100_001);
  const pieces = rest(one);
  expect([pieces.join(''), one.bytes]).toEqual([`a${long}`, 0]);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(32 * 1024);
});

it('forgets the oldest text when enough lines follow, and not one line more', () => {
  const one = backlog('1\r\n2\r\n', '3\r\n', '4\r\n5\r\n', 'prompt');
  one.skim(3);
  expect(rest(one)).toEqual(['3\r\n', '4\r\n5\r\n', 'prompt']);
  const few = backlog('1\r\n', '2\r\n', '3');
  few.skim(2);
  expect(rest(few)).toHaveLength(3);
});

it.each([
  ['a colour', '\x1b[31m\n'],
  ['another set of characters', '\x0e\n'],
  ['a control of eight bits', '\u009b31m\n'],
])('keeps %s, and what follows it', (_what, piece) => {
  const one = backlog('text\n', piece, 'text\n', 'a\nb\nc\n');
  one.skim(3);
  expect(rest(one)).toEqual([piece, 'text\n', 'a\nb\nc\n']);
});

it('takes text of any language, tabs and bells for text', () => {
  const one = backlog('größer 日本\t\x07\r\n', 'a\nb\n');
  one.skim(2);
  expect(rest(one)).toEqual(['a\nb\n']);
});
