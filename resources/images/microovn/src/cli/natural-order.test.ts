import { expect, test } from 'vitest';
import { naturalOrder } from './natural-order.ts';

test('numbers inside names count by value', () => {
  const names = ['n10', 'n2', 'node-3', 'n02', 'n', 'a9b10', 'a9b2', 'B1', '10', '9'];
  expect(names.toSorted(naturalOrder)).toEqual(['9', '10', 'B1', 'a9b2', 'a9b10', 'n', 'n2', 'n02', 'n10', 'node-3']);
});

test('numbers too large for a double still compare exactly', () => {
  expect(['n90071992547409930', 'n90071992547409929'].toSorted(naturalOrder)[0]).toBe('n90071992547409929');
});
