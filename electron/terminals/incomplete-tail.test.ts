import { expect, it } from 'vitest';
import { incompleteTail } from './incomplete-tail.ts';

it.each([
  ['', ''],
  ['plain text', ''],
  ['a\x1b', '\x1b'],
  ['a\x1b[', '\x1b['],
  ['a\x1b[38;5;1', '\x1b[38;5;1'],
  ['a\x1b[?2004', '\x1b[?2004'],
  ['a\x1b[0m', ''],
  ['a\x1b[0mb', ''],
  ['a\x1b(', '\x1b('],
  ['a\x1b(B', ''],
  ['a\x1b7', ''],
  ['a\x1b]0;title', '\x1b]0;title'],
  ['a\x1b]0;title\x07', ''],
  ['a\x1b]0;title\x07b', ''],
  ['a\x1b]0;title\x1b', '\x1b]0;title\x1b'],
  ['a\x1b]0;title\x1b\\', ''],
  ['a\x1bP1$r0m', '\x1bP1$r0m'],
  ['\x1b[1m\x1b[', '\x1b['],
  ['price \u00e9', ''],
])('finds what %j leaves in the parser', (text, tail) => {
  const bytes = Buffer.from(text);
  expect(Buffer.from(bytes.subarray(incompleteTail(bytes))).toString()).toBe(tail);
});

it.each([
  ['é', 1],
  ['€', 1],
  ['€', 2],
  ['😀', 1],
  ['😀', 3],
])('finds %s cut after %d bytes, also behind a complete sequence', (character, length) => {
  for (const before of ['ab', 'a\x1b[0m']) {
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from(character).subarray(0, length)]);
    expect(incompleteTail(bytes)).toBe(before.length);
  }
});
