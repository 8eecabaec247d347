import { expect, test } from 'vitest';
import { memberNameProblem } from './names.ts';

test('good names have no problem', () => {
  expect(['node-1', 'a', 'n1.example.org', '1a', 'x'.repeat(63)].map(memberNameProblem)).toEqual(Array(5).fill(null));
});

test('each broken rule has its own words', () => {
  const long = Array(5).fill('x'.repeat(60)).join('.');
  expect(['', long, 'a..b', 'x'.repeat(64), '-a', 'a-', '12', 'n.7', 'a_b', 'ü'].map(memberNameProblem)).toEqual([
    'Name must be 1-255 characters long',
    'Name must be 1-255 characters long',
    'Name must be 1-63 characters long',
    'Name must be 1-63 characters long',
    'Name must not start with "-" character',
    'Name must not end with "-" character',
    'Name cannot be a number',
    'Name cannot be a number',
    'Name can only contain alphanumeric and hyphen characters',
    'Name can only contain alphanumeric and hyphen characters',
  ]);
});
