import { expect, test } from 'vitest';
import { decodeToken, encodeToken, newSecret, secretHash } from './token.ts';

test('a token is base64 of compact JSON with the secret first, and reads back', () => {
  const token = { join_addresses: ['172.28.31.11:6686'], secret: newSecret(), fingerprint: 'ab'.repeat(32) };
  const text = encodeToken(token);
  expect(text.startsWith('eyJzZWNyZXQiOi')).toBe(true);
  expect(Buffer.from(text, 'base64').toString()).toBe(
    `{"secret":"${token.secret}","fingerprint":"${token.fingerprint}","join_addresses":["172.28.31.11:6686"]}`,
  );
  expect(decodeToken(text)).toEqual(token);
  expect(token.secret).toMatch(/^[0-9a-f]{64}$/);
  expect(secretHash(token.secret)).not.toContain(token.secret);
});

test.each([
  ['not a token', 'illegal base64 data at input byte 3'],
  ['', 'unexpected end of JSON input'],
  [Buffer.from('hello').toString('base64'), "invalid character 'h' looking for beginning of value"],
  [Buffer.from('{"secret":"a').toString('base64'), 'unexpected end of JSON input'],
  [
    Buffer.from('{"secret":"a","fingerprint":"b"}').toString('base64'),
    'The join token lacks a secret, a fingerprint or join addresses',
  ],
])('refuses %j', (text, words) => {
  expect(() => decodeToken(text)).toThrow(words);
});

/** What Go 1.22's `base64.StdEncoding.DecodeString` says of these, read from its source. */
test.each([
  ['!!', 0],
  ['abc', 0],
  ['abcdefg', 4],
  ['abcd\nef', 5],
  ['abcd=', 4],
  ['abcde=', 5],
  ['abcdef=', 7],
  ['abcdef=g', 6],
  ['abcdef==g', 8],
  ['abcdefg=\nh', 9],
  ['abcdüabc', 4],
])('counts the byte of %j as Go does', (text, byte) => {
  expect(() => decodeToken(text)).toThrow(new RegExp(`^illegal base64 data at input byte ${byte}$`));
});

test('takes a token that was broken over lines', () => {
  const token = { secret: newSecret(), fingerprint: 'ab'.repeat(32), join_addresses: ['172.28.31.11:6686'] };
  expect(decodeToken(encodeToken(token).replace(/.{64}/g, '$&\n'))).toEqual(token);
});
