import { expect, test } from 'vitest';
import { unsigned } from './der.ts';

test.each([
  [[0x01], '020101'],
  [[0x80], '02020080'],
  [[0x00, 0x7f], '02017f'],
  [[0x00, 0x80], '02020080'],
  [[0x00, 0x00], '020100'],
])('an integer takes the fewest bytes that keep it positive: %j', (magnitude, hex) => {
  expect(unsigned(Uint8Array.from(magnitude)).toString('hex')).toBe(hex);
});
