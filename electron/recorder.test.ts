import { expect, test, vi } from 'vitest';
import type { LabEvent } from '../shared/event.ts';
import type { LabView } from '../shared/lab.ts';
import type { Found, FoundNode } from './engines/engine.ts';
import { label } from './engines/labels.ts';
import { Recorder, recordLimit } from './recorder.ts';

const draft = (action: string) => ({ type: 'run' as const, action, actor_id: '', actor_name: '', attributes: {} });
const actions = (events: readonly LabEvent[]) => events.map(({ action }) => action);

test('hands over the record so far, then batches in order', async () => {
  const recorder = new Recorder(() => 0);
  recorder.add('a', draft('one'));
  const batches: string[][] = [];
  const undo = recorder.subscribe('a', (events) => batches.push(actions(events)));
  recorder.add('a', draft('two'));
  recorder.add('a', draft('three'));
  recorder.add('b', draft('elsewhere'));
  await vi.waitFor(() => expect(batches).toEqual([['one'], ['two', 'three']]));
  undo();
  recorder.add('a', draft('four'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(batches).toHaveLength(2);
});

test('keeps the newest of more than its limit', () => {
  const recorder = new Recorder(() => 0);
  for (let i = 0; i <= recordLimit; i++) recorder.add('a', draft(String(i)));
  let record: readonly LabEvent[] = [];
  recorder.subscribe('a', (events) => (record = events));
  expect([record.length, record[0]?.action, record.at(-1)?.action]).toEqual([recordLimit, '1', String(recordLimit)]);
});

test('records cuts by what is attached, at any time, and marks when it looks', () => {
  const recorder = new Recorder(() => 1_000);
  const node = (attached: string[]): FoundNode => ({
    id: 'x',
    name: 'a-node-1',
    lab: 'a',
    node: 'node-1',
    state: 'running',
    since: 0,
    exitCode: null,
    createdAt: 0,
    memoryMiB: 256,
    labels: { [label.addresses]: '{"a-mgmt":"10.0.0.11","a-underlay":"10.0.1.11"}' },
    attached: attached.map((network) => ({ network, address: '' })),
  });
  const found = (attached: string[]): Found => ({ nodes: [node(attached)], networks: [], missing: [] });
  recorder.found('a', found(['a-mgmt', 'a-underlay']));
  recorder.found('a', found(['a-mgmt']));
  recorder.observing('a', true);
  recorder.observing('a', true);
  recorder.found('a', found(['a-mgmt', 'a-underlay']));
  recorder.observing('a', false);
  recorder.engineEvent({ at: 2_000, kind: 'node', action: 'die', lab: 'a', name: 'node-1', id: 'x', exitCode: 137 });
  let record: readonly LabEvent[] = [];
  recorder.subscribe('a', (events) => (record = events));
  expect(record.map(({ type, action, timestamp }) => `${timestamp.slice(17)} ${type} ${action}`)).toEqual([
    '01.000Z node cut',
    '01.000Z recorder start',
    '01.000Z node restore',
    '01.000Z recorder stop',
    '02.000Z node die',
  ]);
  expect(record.at(-1)?.attributes).toEqual({ exitCode: '137' });
});

test('a node that gets its networks while it is made was never cut', () => {
  const recorder = new Recorder(() => 1_000);
  const node = (attached: string[], state: FoundNode['state']): FoundNode => ({
    id: 'x',
    lab: 'a',
    node: 'node-1',
    name: 'a-node-1',
    state,
    since: 0,
    exitCode: null,
    createdAt: 0,
    memoryMiB: 256,
    labels: { [label.addresses]: '{"a-mgmt":"10.0.0.11","a-underlay":"10.0.1.11"}' },
    attached: attached.map((network) => ({ network, address: '' })),
  });
  const found = (one: FoundNode): Found => ({ nodes: [one], networks: [], missing: [] });
  recorder.found('a', found(node(['a-mgmt'], 'created')));
  recorder.found('a', found(node(['a-mgmt', 'a-underlay'], 'running')));
  const record: LabEvent[] = [];
  recorder.subscribe('a', (events) => record.push(...events));
  expect(record).toEqual([]);
});

test('shows a moment as it was seen, and none from while nobody looked', () => {
  let now = 1_000;
  const recorder = new Recorder(() => now);
  const seen = (state: string) =>
    recorder.view({ name: 'a', at: now, state, nodes: [], members: [], databases: [] } as unknown as LabView);
  seen('unknown');
  recorder.observing('a', true);
  seen('forming');
  now = 2_000;
  seen('complete');
  now = 3_000;
  recorder.observing('a', false);
  now = 4_000;
  const states = [900, 1_500, 2_500, 3_500].map((at) => recorder.past('a', at).view?.state ?? null);
  expect(states).toEqual([null, 'forming', 'complete', null]);
  expect(recorder.past('a', 3_500)).toEqual({ view: null, from: 3_000, until: 4_000 });
  expect(recorder.past('elsewhere', 2_500)).toEqual({ view: null, from: null, until: 4_000 });
});
