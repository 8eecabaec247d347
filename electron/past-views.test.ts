import { expect, test } from 'vitest';
import type { LabView } from '../shared/lab.ts';
import { PastViews } from './past-views.ts';

const view = (at: number, leader: string, index = 1) =>
  ({
    at,
    name: 'a',
    databases: [{ id: 'nb', replicas: [{ node: leader, leads: true, index, observedAt: at }] }],
  }) as unknown as LabView;
const leaderAt = (past: PastViews, at: number) => past.at(at, 1000).view?.databases[0]?.replicas[0]?.node ?? null;

test('a moment is shown by the last view before it, and how long that held', () => {
  const past = new PastViews();
  past.keep(view(100, 'node-1'));
  past.keep(view(200, 'node-2'));
  expect([99, 100, 199, 200, 900].map((at) => leaderAt(past, at))).toEqual([
    null,
    'node-1',
    'node-1',
    'node-2',
    'node-2',
  ]);
  expect(past.at(50, 1000)).toEqual({ view: null, from: null, until: 100 });
  expect(past.at(150, 1000)).toMatchObject({ from: 100, until: 200 });
  expect(past.at(900, 1000)).toMatchObject({ from: 200, until: 1000 });
});

test('ages and figures alone are no change, and the figures of one moment are not told of another', () => {
  const past = new PastViews();
  past.keep(view(100, 'node-1', 1));
  past.keep(view(200, 'node-1', 2));
  expect(past.at(250, 1000)).toMatchObject({
    from: 100,
    view: { at: 100, databases: [{ replicas: [{ index: null }] }] },
  });
});

test('while nobody looked nothing is known', () => {
  const past = new PastViews();
  past.pause(50);
  past.keep(view(100, 'node-1'));
  past.pause(200);
  past.keep(view(300, 'node-1'));
  expect([150, 250, 350].map((at) => leaderAt(past, at))).toEqual(['node-1', null, 'node-1']);
  expect(past.at(250, 1000)).toEqual({ view: null, from: 200, until: 300 });
  expect(past.at(60, 1000).from).toBeNull();
});

test('the oldest go when there are too many', () => {
  const past = new PastViews(3.5 * JSON.stringify(view(100, 'node-1')).length);
  for (let at = 100; at <= 500; at += 100) past.keep(view(at, `node-${at / 100}`));
  expect([150, 250, 350, 550].map((at) => leaderAt(past, at))).toEqual([null, null, 'node-3', 'node-5']);
});
