import { expect, test } from 'vitest';
import { readRoute, routeHash } from './route.svelte.ts';

test('routes survive the address bar', () => {
  for (const route of [
    { page: 'home' },
    { page: 'lab', lab: 'microovn-1' },
    { page: 'lab', lab: 'a b/ü' },
    { page: 'run', runId: 'run-1' },
  ] as const)
    expect(readRoute(routeHash(route))).toEqual(route);
});

test('what is not known, or broken, is Home', () => {
  for (const hash of ['', '#', '#/', '#/lab/', '#/nope/x', '#/lab/%E0%A4%A', '#token=x', '#/link?name=a'])
    expect(readRoute(hash)).toEqual({ page: 'home' });
});

test('a link is read as what it asks, never as done', () => {
  expect(readRoute('#/link?recipe=microovn&nodes=5&name=a')).toEqual({
    page: 'link',
    asked: { recipe: 'microovn', nodes: 5, name: 'a' },
  });
  expect(readRoute('#/link?recipe=microovn&nodes=x')).toEqual({ page: 'link', asked: { recipe: 'microovn' } });
});
