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
  ['a mode', '\x1b[?25l\n'],
  ['a cursor that is moved', '\x1b[5A\n'],
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

it('carries the colours of forgotten text on, from where they were set back last', () => {
  const one = backlog('\x1b[1;31mred\n', 'still red\x1b[4m\n', 'a\nb\nc\n');
  one.skim(3);
  expect(rest(one)).toEqual(['\x1b[1;31m\x1b[4m', 'a\nb\nc\n']);
  const back = backlog('\x1b[31mred\n', 'plain\x1b[0m and \x1b[32mgreen\n', 'a\nb\nc\n');
  back.skim(3);
  expect([back.bytes, ...rest(back)]).toEqual([15, '\x1b[0m\x1b[32m', 'a\nb\nc\n']);
});

it('keeps what colours without end', () => {
  const one = backlog('\x1b[31mx\n'.repeat(200), '\x1b[31mx\n'.repeat(200), 'a\nb\n');
  one.skim(2);
  expect(rest(one)).toHaveLength(3);
});

it('does not cut a colour that came in two parts', () => {
  const one = backlog('1\n2\x1b[3', '1mred\x1b[0m\n', 'a\nb\n');
  expect(one.bytes).toBe(20);
  one.skim(2);
  expect(rest(one)).toEqual(['\x1b[0m', 'a\nb\n']);
});
