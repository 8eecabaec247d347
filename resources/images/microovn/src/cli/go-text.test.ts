import { expect, test } from 'vitest';
import { goLogPrefix, goQuote, goQuoteRune, goTime, rfc3339 } from './go-text.ts';

test('%q escapes what does not print and keeps what does', () => {
  expect(['bogus', 'a"b\\c', 'tab\there\n', 'ü界', '\x00\x7f', '\u200b', '\u{e0001}'].map(goQuote)).toEqual([
    '"bogus"',
    '"a\\"b\\\\c"',
    '"tab\\there\\n"',
    '"ü界"',
    '"\\x00\\x7f"',
    '"\\u200b"',
    '"\\U000e0001"',
  ]);
});

test('%q of a rune uses single quotes', () => {
  expect(['x', "'", '"', '\t'].map(goQuoteRune)).toEqual(["'x'", "'\\''", "'\"'", "'\\t'"]);
});

test('times read as Go prints them', () => {
  const time = Date.UTC(2036, 5, 22, 13, 37, 19);
  expect([goTime(time), goTime(null)]).toEqual(['2036-06-22 13:37:19 +0000 UTC', '0001-01-01 00:00:00 +0000 UTC']);
  expect([rfc3339(time), rfc3339(time + 120), rfc3339(time + 7), rfc3339(null)]).toEqual([
    '2036-06-22T13:37:19Z',
    '2036-06-22T13:37:19.12Z',
    '2036-06-22T13:37:19.007Z',
    '0001-01-01T00:00:00Z',
  ]);
  expect(goLogPrefix(new Date(2026, 0, 2, 3, 4, 5))).toBe('2026/01/02 03:04:05 ');
});
