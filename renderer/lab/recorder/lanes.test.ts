import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../../shared/event.ts';
import { axisTimes, axisWords, eventsAt, fittingMarks, lanesOf, marksOf, middleOf, stepEvent } from './lanes.ts';

const start = Date.parse('2026-01-01T12:00:00.000Z');
const event = (seconds: number, type: LabEvent['type'], action: string, name: string, attributes = {}): LabEvent => ({
  timestamp: new Date(start + seconds * 1000).toISOString(),
  type,
  action,
  actor_id: type === 'database' ? 'nb' : name,
  actor_name: name,
  attributes,
});
const nb = 'OVN Northbound';
const record = [
  event(0, 'recorder', 'start', 'recorder'),
  event(1, 'database', 'leader', nb, { node: 'node-1', term: '3' }),
  event(2, 'database', 'leader', nb, { node: 'node-1', term: '3' }),
  event(60, 'node', 'kill', 'node-1'),
  event(60.2, 'node', 'die', 'node-1'),
  event(60.3, 'database', 'no-leader', nb, { term: '3' }),
  event(61.5, 'database', 'leader', nb, { node: 'node-2', term: '4' }),
];
const databases = [
  { id: 'nb', title: nb },
  { id: 'sb', title: 'OVN Southbound' },
];

describe('lanesOf', () => {
  it('draws a bar per leadership and a gap between, and nothing where nothing was seen', () => {
    const [first, second] = lanesOf(record, databases);
    expect(first?.bars).toEqual([
      { kind: 'lead', from: start + 1000, to: start + 60_300, label: 'node-1 · term 3' },
      { kind: 'gap', from: start + 60_300, to: start + 61_500, label: 'no leader' },
      { kind: 'lead', from: start + 61_500, to: null, label: 'node-2 · term 4' },
    ]);
    expect(second?.bars).toEqual([]);
  });

  it('ends every bar where the recorder stopped: nobody looked after that', () => {
    const [lane] = lanesOf([...record, event(70, 'recorder', 'stop', 'recorder')], databases);
    expect(lane?.bars.at(-1)?.to).toBe(start + 70_000);
  });
});

it('names one death once', () => {
  expect(marksOf(record)).toEqual([{ at: start + 60_000, words: 'node-1 killed', danger: true }]);
});

it('puts round times on the axis, as many as asked at most', () => {
  expect(axisTimes(start + 500, start + 60_000, 6).map((at) => (at - start) / 1000)).toEqual([10, 20, 30, 40, 50, 60]);
  expect(axisTimes(start, start + 900_000, 8).length).toBeLessThanOrEqual(9);
});

it('drops labels that would cover a worse or a later one', () => {
  const marks = [
    { at: 0.5, words: 'node-1 killed', danger: true },
    { at: 0.52, words: 'node-1 started', danger: false },
    { at: 0.9, words: 'node-2 started', danger: false },
  ];
  expect(fittingMarks(marks, (at) => at, 1000).map((mark) => mark.at)).toEqual([0.5, 0.9]);
});

it('calls the signal a stop begins with a stop', () => {
  const stopped = ['kill', 'die', 'stop', 'start'].map((action, index) => event(index / 10, 'node', action, 'node-1'));
  const killed = ['kill', 'die', 'start'].map((action, index) => event(10 + index / 10, 'node', action, 'node-1'));
  expect(marksOf([...stopped, ...killed]).map((mark) => mark.words)).toEqual([
    'node-1 stopped',
    'node-1 started',
    'node-1 killed',
    'node-1 started',
  ]);
});

it('names no event whose label would cover one that is kept on the axis', () => {
  const marks = [
    { at: 0.88, words: 'node-3 joined', danger: false },
    { at: 1, words: 'Deploy microovn-1: done', danger: false },
  ];
  const at = (mark: (typeof marks)[number]) => mark.at;
  expect(fittingMarks(marks, (time) => time, 1000).map(at)).toEqual([1]);
  expect(middleOf({ at: 1, words: 'Deploy microovn-1: done', danger: false }, (time) => time, 1000)).toBeLessThan(
    1000 - 60,
  );
});

it('tells times apart on the axis: with seconds unless all are whole minutes', () => {
  const clock = (at: number) => new Date(at).toISOString().slice(11, 19);
  expect(axisWords([0, 30_000, 60_000], clock)).toEqual(['00:00:00', '00:00:30', '00:01:00']);
  expect(axisWords([60_000, 120_000], clock)).toEqual(['00:01', '00:02']);
});

it('steps from event to event and back to live, what happened together being one step', () => {
  const last = stepEvent(record, null, -1);
  expect(last).toBe(start + 61_500);
  expect(stepEvent(record, last, -1)).toBe(start + 60_000);
  expect(stepEvent(record, start + 60_000, -1)).toBe(start + 2000);
  expect(stepEvent(record, start + 60_000, 1)).toBe(start + 61_500);
  expect(stepEvent(record, last, 1)).toBeNull();
});

it('lists the events near the cursor, else the last before it', () => {
  expect(eventsAt(record, start + 60_250, 300).map((one) => one.action)).toEqual(['kill', 'die', 'no-leader']);
  expect(eventsAt(record, start + 50_000, 300).map((one) => one.action)).toEqual(['leader']);
});
