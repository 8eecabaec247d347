import { expect, test } from 'vitest';
import { takeToken } from './dial.ts';

function page(hash: string, stored: string | null = null) {
  const items = new Map(stored === null ? [] : [['quorate.token', stored]]);
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  let address = `/${hash}`;
  const location = { hash, pathname: '/', search: '' };
  const history = { replaceState: (_state: unknown, _title: string, url: string) => (address = url) };
  const token = takeToken(location, history, storage);
  return { token, address, stored: storage.getItem('quorate.token') };
}

test('the token leaves the address for the storage of the tab', () => {
  expect(page('#token=Abc-_9')).toEqual({ token: 'Abc-_9', address: '/#/', stored: 'Abc-_9' });
});

test('a reload finds it again and the route stays', () => {
  expect(page('#/lab/a', 'Abc')).toEqual({ token: 'Abc', address: '/#/lab/a', stored: 'Abc' });
  expect(page('#/')).toEqual({ token: '', address: '/#/', stored: null });
});

test('a new address replaces the old token', () => {
  expect(page('#token=new', 'old')).toMatchObject({ token: 'new', stored: 'new' });
});
