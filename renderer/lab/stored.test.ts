import { expect, it } from 'vitest';
import { keepStored, placesSchema, readStored, sizesSchema } from './stored.ts';

function memory(): Storage {
  const map = new Map<string, string>();
  return {
    length: 0,
    clear: () => map.clear(),
    key: () => null,
    getItem: (key) => map.get(key) ?? null,
    removeItem: (key) => map.delete(key),
    setItem: (key, value) => {
      if (value.length > 100) throw new Error('full');
      map.set(key, value);
    },
  };
}

it('finds again what it kept, per lab', () => {
  const storage = memory();
  keepStored(storage, 'a', 'places', { 'node-1': { x: 16, y: 32 } });
  expect(readStored(storage, 'a', 'places', placesSchema)).toEqual({ 'node-1': { x: 16, y: 32 } });
  expect(readStored(storage, 'b', 'places', placesSchema)).toBeNull();
});

it('what was kept before steps could stand beside a lab still counts', () => {
  const storage = memory();
  keepStored(storage, 'a', 'sizes', { side: 300, dock: null, dockShown: true, sideShown: false });
  expect(readStored(storage, 'a', 'sizes', sizesSchema)).toMatchObject({ side: 300, sideShown: false, steps: null });
});

it('takes damaged values for absent and survives a full storage', () => {
  const storage = memory();
  storage.setItem('quorate.lab.a.places', '{"node-1": 3}');
  expect(readStored(storage, 'a', 'places', placesSchema)).toBeNull();
  storage.setItem('quorate.lab.a.places', '{');
  expect(readStored(storage, 'a', 'places', placesSchema)).toBeNull();
  keepStored(storage, 'a', 'places', 'x'.repeat(200));
});
