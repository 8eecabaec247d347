import { expect, it } from 'vitest';
import { age } from './words.ts';

it('shows ages from 0.2 s on', () => {
  expect([age(1000, 1100), age(1000, 1300), age(1000, 5000), age(null, 5000)]).toEqual([
    '',
    '0.3 s ago',
    '4.0 s ago',
    '',
  ]);
});
