import { expect, it } from 'vitest';
import { nearestNode } from './nearest.ts';

const places = new Map([
  ['a', { x: 0, y: 0 }],
  ['b', { x: 100, y: 0 }],
  ['c', { x: 200, y: 0 }],
  ['d', { x: 0, y: 80 }],
  ['e', { x: 100, y: 80 }],
]);

it('walks rows and columns', () => {
  expect(nearestNode(places, 'a', 'right')).toBe('b');
  expect(nearestNode(places, 'b', 'right')).toBe('c');
  expect(nearestNode(places, 'c', 'left')).toBe('b');
  expect(nearestNode(places, 'b', 'down')).toBe('e');
  expect(nearestNode(places, 'e', 'up')).toBe('b');
});

it('goes aside where nothing lies straight ahead, and nowhere at the border', () => {
  expect(nearestNode(places, 'c', 'down')).toBe('e');
  expect(nearestNode(places, 'a', 'left')).toBeNull();
  expect(nearestNode(places, 'a', 'up')).toBeNull();
  expect(nearestNode(places, 'gone', 'up')).toBeNull();
});
