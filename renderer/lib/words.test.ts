import { expect, it } from 'vitest';
import { dockWords } from '../lab/dock/words.ts';
import { labWords } from '../lab/words.ts';
import { words } from './words.ts';

/** Every text of a dictionary by its path; of a sentence that takes a value what is written around the value. */
function texts(value: unknown, path: string): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return written(value.toString()).map((text) => [path, text]);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
}

/** What stands in quotes in a function, without the values put into it. */
function written(source: string): readonly string[] {
  const inner = /\$\{[^{}]*\}/;
  let plain = source;
  const found: string[] = [];
  while (inner.test(plain)) {
    const value = inner.exec(plain)?.[0] ?? '';
    found.push(...quoted(value));
    plain = plain.replace(value, '·');
  }
  return [...found, ...quoted(plain)];
}
const quoted = (source: string): readonly string[] =>
  [...source.matchAll(/(["'`])(.*?)\1/gs)].map(([, , text]) => text ?? '');

const all = [...texts(words, 'words'), ...texts(labWords, 'labWords'), ...texts(dockWords, 'dockWords')];
const refused = [
  ['an exclamation mark', /!/],
  ['please, oops, successfully', /\b(please|oops|successful(ly)?)\b/i],
  ['three dots for one sign', /\.\.\./],
  ['a word for a computer, where the lab has nodes', /\b(host|peer|server node)s?\b/i],
  ['a word that OVSDB and dqlite do not have', /\b(master|slave|primary|secondary)\b/i],
] as const;

it.each(refused)('no text has %s (design language, section 8)', (_what, pattern) => {
  expect(all.length).toBeGreaterThan(300);
  expect(all.filter(([, text]) => pattern.test(text))).toEqual([]);
});
