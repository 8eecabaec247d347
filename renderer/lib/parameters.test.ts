import { expect, test } from 'vitest';
import type { Parameter } from '../../shared/request.ts';
import { defaultsOf, fieldAmong, filledIn, inTitles, titlesOf } from './parameters.ts';

const parameters: readonly Parameter[] = [
  { key: 'voters', title: 'Voters', help: '', type: 'integer', default: 3, min: 3, max: 9, unit: '' },
  { key: 'name', title: 'Name', help: '', type: 'text', default: 'c1', max: 63 },
  { key: 'preseed', title: 'Preseed', help: '', type: 'text', default: '', max: 4096, lines: true },
];

test('what is left empty has its default again, but a text that was emptied is empty', () => {
  expect(defaultsOf(parameters)).toEqual({ voters: 3, name: 'c1', preseed: '' });
  expect(filledIn({ voters: '', name: '', preseed: '' }, parameters)).toEqual({ name: '' });
  expect(filledIn({ voters: '5', name: 'c2', preseed: 'a: b\n' }, parameters)).toEqual({
    voters: '5',
    name: 'c2',
    preseed: 'a: b\n',
  });
});

test('an error finds its field, and names it as the form does', () => {
  const error = (field: string) => ({ code: 'input/invalid', message: 'm', field }) as const;
  expect(fieldAmong(error('settings.voters'), ['voters'])).toBe('voters');
  expect(fieldAmong(error('line 3: settings.voters'), ['voters'])).toBe('voters');
  expect(fieldAmong(error('node'), ['voters'])).toBeNull();
  expect(inTitles('`voters` is 2: 3 are the fewest.', titlesOf(parameters))).toBe('Voters is 2: 3 are the fewest.');
});
