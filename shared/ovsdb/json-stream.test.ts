import { expect, test } from 'vitest';
import { JsonStream } from './json-stream.ts';

test('splits objects that arrive in pieces, with braces and quotes inside strings', () => {
  const stream = new JsonStream();
  expect(stream.push('{"a":"}{\\""')).toEqual([]);
  expect(stream.push('}{"b":[1,{"c":2}]} {"d"')).toEqual([{ a: '}{"' }, { b: [1, { c: 2 }] }]);
  expect(stream.push(':null}')).toEqual([{ d: null }]);
});
