import { expect, test } from 'vitest';
import { untilTonight } from './renewal.ts';

const hour = 3_600_000;

test('the next renewal is between two and half past two, tonight or tomorrow', () => {
  expect(untilTonight(new Date(2026, 10, 20, 1, 0, 0), 0)).toBe(hour);
  expect(untilTonight(new Date(2026, 10, 20, 2, 0, 0), 0)).toBe(24 * hour);
  expect(untilTonight(new Date(2026, 10, 20, 2, 10, 0), 0.5)).toBe(5 * 60_000);
});
