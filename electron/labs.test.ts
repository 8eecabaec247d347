import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeEngine } from '../test/fakes/fake-engine.ts';
import { cluster } from '../shared/fakes/replicas.ts';
import type { WireError } from '../shared/errors.ts';
import type { LabSummary, LabView } from '../shared/lab.ts';
import { LabError } from '../shared/errors.ts';
import { deferred } from './deferred.ts';
import { label, labLabels } from './engines/labels.ts';
import { Labs } from './labs.ts';
import type { ObserveContext, Observations } from './observe/observer.ts';
import type { Recipe } from './recipes/recipe.ts';

const request = { name: 'a', recipe: 'r', nodes: 2, memoryMiB: 256, settings: {} };
const silent = { source: '', observedAt: null, answers: false };

/** A recipe whose observations the test sets. */
class Scripted {
  open = 0;
  seen: readonly string[] = [];
  settled = true;
  context: ObserveContext | null = null;
  observations: Observations = {
    databases: [],
    members: [],
    tunnels: [],
    logical: { switches: [], routers: [], ports: [], chassis: [], nb: silent, sb: silent },
    services: new Map(),
    answers: new Map(),
    entities: null,
    warnings: [],
  };

  readonly recipe: Recipe = {
    info: {
      kind: 'r',
      title: 'A recipe',
      summary: '',
      defaultNodes: 2,
      databases: [],
      parameters: [],
      console: [],
      privileges: [],
      canResize: false,
      flows: [],
    },
    image: 'i',
    networks: () => [],
    flows: [],
    deploy: () => [],
    addMember: () => [],
    removeMember: () => [],
    afterRestore: () => [],
    observe: (context) => {
      this.open++;
      this.context = context;
      return {
        nodes: (nodes) => (this.seen = nodes.map(({ node, state }) => `${node} ${state}`)),
        current: () => this.observations,
        settled: () => this.settled,
        close: () => this.open--,
      };
    },
  };

  tell(facts: Partial<Observations>): void {
    this.observations = { ...this.observations, ...facts };
    this.context?.onChange();
  }
}

let engine = new FakeEngine();
let script = new Scripted();
let labs = new Labs({ engine, recipes: new Map() });
const ids: Record<string, string> = {};
const never = new AbortController().signal;

beforeEach(async () => {
  labs.close();
  engine = new FakeEngine();
  engine.images.add('i');
  script = new Scripted();
  labs = new Labs({ engine, recipes: new Map([['r', script.recipe]]) });
  await engine.createNetwork(
    {
      name: 'a-mgmt',
      lab: 'a',
      role: 'mgmt',
      subnet: '10.9.0.0/24',
      internal: false,
      labels: labLabels(request, { role: 'mgmt' }),
    },
    never,
  );
  for (const n of [1, 2]) ids[`node-${n}`] = await createNode(`node-${n}`, `10.9.0.1${n}`);
  for (const id of Object.values(ids)) await engine.start(id);
});

afterEach(() => {
  vi.useRealTimers();
  labs.close();
});

function createNode(node: string, address: string): Promise<string> {
  const addresses = JSON.stringify({ 'a-mgmt': address });
  return engine.createNode(
    {
      name: `a-${node}`,
      lab: 'a',
      node,
      image: 'i',
      networks: [{ name: 'a-mgmt', address }],
      needs: [],
      memoryMiB: 256,
      pids: 64,
      environment: {},
      labels: { ...labLabels(request, { node, role: 'node' }), [label.addresses]: addresses },
    },
    never,
  );
}

const idOf = (node: string) => ids[node] ?? expect.fail(`no ${node}`);
function look(): { views: LabView[]; ends: (WireError | null)[]; undo: () => void } {
  const [views, ends]: [LabView[], (WireError | null)[]] = [[], []];
  const undo = labs.watch(
    'a',
    (view) => views.push(view),
    (error) => ends.push(error),
  );
  return { views, ends, undo };
}
const latest = (views: readonly LabView[]) => views.at(-1) ?? expect.fail('no view');

test('lists labs from labels alone, without opening a source', async () => {
  expect(await labs.summaries()).toEqual([
    expect.objectContaining({
      name: 'a',
      recipeTitle: 'A recipe',
      state: 'unknown',
      databases: [],
      nodes: ['node-1', 'node-2'].map((name) => ({ name, state: 'running', cut: false })),
    }),
  ]);
  expect(script.open).toBe(0);
});

test('pushes the list on engine events', async () => {
  const lists: (readonly LabSummary[])[] = [];
  const undo = labs.watchList((list) => lists.push(list));
  await vi.waitFor(() => expect(lists).toHaveLength(1));
  await engine.stop(idOf('node-2'), 1);
  await vi.waitFor(() => expect(lists.at(-1)?.[0]?.nodes[1]?.state).toBe('stopped'));
  undo();
});

test('pushes no empty list because no engine answers', async () => {
  engine.goAway();
  const late = new Labs({ engine, recipes: new Map() });
  const lists: unknown[] = [];
  late.watchList((list) => lists.push(list));
  expect(await late.summaries()).toEqual([]);
  expect(lists).toEqual([]);
  late.close();
});

test('observes while somebody looks, and for a while after', async () => {
  await labs.summaries();
  const first = look();
  const second = look();
  expect(script.open).toBe(1);
  expect(latest(first.views)).toMatchObject({ observed: true, state: 'unknown', recipeTitle: 'A recipe' });
  vi.useFakeTimers();
  first.undo();
  second.undo();
  vi.advanceTimersByTime(4000);
  const third = look();
  vi.advanceTimersByTime(60_000);
  expect(script.open).toBe(1);
  third.undo();
  vi.advanceTimersByTime(6000);
  expect(script.open).toBe(0);
});

test('tells the first change at once, and a burst as one', async () => {
  await labs.summaries();
  vi.useFakeTimers();
  const { views } = look();
  vi.advanceTimersByTime(40);
  const before = views.length;
  script.tell({ services: new Map([['node-1', ['central']]]) });
  expect(views).toHaveLength(before + 1);
  for (let i = 0; i < 50; i++) script.tell({ services: new Map([['node-1', [`s${i}`]]]) });
  expect(views).toHaveLength(before + 1);
  vi.advanceTimersByTime(40);
  expect(latest(views).nodes[0]?.services).toEqual(['s49']);
  expect(views).toHaveLength(before + 2);
});

test('shows how a node ended, and a cut', async () => {
  await labs.summaries();
  const { views } = look();
  await engine.kill(idOf('node-1'));
  await vi.waitFor(() =>
    expect(latest(views).nodes[0]).toMatchObject({ state: 'stopped', ended: 'killed', exitCode: 137 }),
  );
  await engine.disconnect(idOf('node-2'), 'a-mgmt');
  await vi.waitFor(() =>
    expect(latest(views).nodes[1]).toMatchObject({
      cut: true,
      addresses: [{ network: 'a-mgmt', address: '10.9.0.12', connected: false }],
    }),
  );
});

test.each([
  ['complete', cluster(['up', 'up'])],
  ['incomplete', cluster(['up'])],
  ['unknown', cluster(['silent', 'silent'], false)],
])('a lab is %s by who is a member', async (state, database) => {
  await labs.summaries();
  const { views } = look();
  script.tell({ databases: [database] });
  await vi.waitFor(() => expect(latest(views).state).toBe(state));
  expect((await labs.summaries())[0]).toMatchObject({ state, databases: { length: 1 } });
});

test('a node that was never started leaves the lab incomplete, a run makes it forming', async () => {
  await createNode('node-3', '10.9.0.13');
  await vi.waitFor(async () => expect((await labs.summaries())[0]?.state).toBe('incomplete'));
  labs.setRun('a', 'run-1');
  expect((await labs.summaries())[0]).toMatchObject({ state: 'forming', runId: 'run-1' });
  labs.setRun('a', null);
  expect((await labs.summaries())[0]).toMatchObject({ state: 'incomplete', runId: null });
});

test('ends when the lab is gone, and at once when there is none', async () => {
  await labs.summaries();
  const { ends } = look();
  for (const id of Object.values(ids)) await engine.removeNode(id);
  await engine.removeNetwork('a-mgmt');
  await vi.waitFor(() => expect(ends).toEqual([null]));
  expect(script.open).toBe(0);
  const none: (WireError | null)[] = [];
  labs.watch(
    'b',
    () => {},
    (error) => none.push(error),
  );
  await vi.waitFor(() => expect(none).toEqual([expect.objectContaining({ code: 'input/unknown' })]));
});

test('a lab may be watched before its run has made it', async () => {
  labs.setRun('c', 'run-1');
  const [views, ends]: [LabView[], unknown[]] = [[], []];
  labs.watch(
    'c',
    (view) => views.push(view),
    (error) => ends.push(error),
  );
  const labels = labLabels({ ...request, name: 'c' }, { node: 'node-1', role: 'node' });
  await engine.createNode(
    {
      name: 'c-node-1',
      lab: 'c',
      node: 'node-1',
      image: 'i',
      networks: [],
      needs: [],
      memoryMiB: 256,
      pids: 64,
      environment: {},
      labels,
    },
    never,
  );
  await vi.waitFor(() => expect(views.at(-1)).toMatchObject({ name: 'c', state: 'forming', runId: 'run-1' }));
  expect(ends).toEqual([]);
});

test('nodes are out of reach while the engine is, and the lab does not end', async () => {
  await labs.summaries();
  const { views, ends } = look();
  engine.goAway();
  await vi.waitFor(() => expect(latest(views).nodes.map(({ state }) => state)).toEqual(['unreachable', 'unreachable']));
  expect(ends).toEqual([]);
  await expect(labs.find('a')).rejects.toMatchObject({ code: 'engine/unreachable' });
});

test('waitFor resolves by a view, tells what is missing, and names it at its limit', async () => {
  const words: string[] = [];
  const unmet = (view: LabView) => (view.databases.length > 0 ? null : `${view.databases.length} databases`);
  const waiting = labs.waitFor('a', unmet, { timeout: 2000, signal: never, onUnmet: (text) => words.push(text) });
  await vi.waitFor(() => expect(words).toEqual(['0 databases']));
  script.tell({ databases: [cluster(['up', 'up'])] });
  await waiting;
  const late = labs.waitFor('a', () => 'node-2 is no member', { timeout: 60, signal: never });
  await expect(late).rejects.toThrow(new LabError('step/timeout', 'Not within 0.06 s: node-2 is no member'));
  const abort = new AbortController();
  const cancelled = labs.waitFor('a', () => 'never', { timeout: 5000, signal: abort.signal });
  abort.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
});

test('inspect waits for the sources, but not for ever', async () => {
  script.settled = false;
  const inspecting = labs.inspect('a', { timeout: 5000 });
  await vi.waitFor(() => expect(script.open).toBe(1));
  script.settled = true;
  script.tell({ databases: [cluster(['up', 'up'])] });
  expect((await inspecting).databases).toHaveLength(1);
  script.settled = false;
  expect(await labs.inspect('a', { timeout: 30 })).toMatchObject({ name: 'a', observed: true });
  await expect(labs.inspect('b', { timeout: 30 })).rejects.toMatchObject({ code: 'input/unknown' });
});

test('asks the engine for the one node an event tells of, never for the whole lab', async () => {
  await labs.summaries();
  engine.calls.length = 0;
  const asked = () => engine.calls.filter((call) => /^(list|look)/.test(call));
  await engine.pause(idOf('node-1'));
  await vi.waitFor(async () => expect((await labs.summaries())[0]?.nodes[0]?.state).toBe('paused'));
  expect(asked()).toEqual(['look a-node-1']);
  await engine.removeNode(idOf('node-2'));
  await vi.waitFor(async () => expect((await labs.summaries())[0]?.nodes).toHaveLength(1));
  expect(asked().filter((call) => call.startsWith('list'))).toEqual([]);
});

test('measures nodes for somebody who looks, not for a run', async () => {
  await labs.summaries();
  vi.useFakeTimers();
  const release = labs.hold('a');
  expect(script.open).toBe(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(engine.calls.filter((call) => call.startsWith('stats'))).toEqual([]);
  look();
  await vi.advanceTimersByTimeAsync(5000);
  expect(engine.calls).toContain('stats a-node-1');
  release();
});

test('records node events when nobody looks', async () => {
  await vi.waitFor(async () => expect((await labs.summaries())[0]?.nodes[1]?.state).toBe('running'));
  await engine.pause(idOf('node-1'));
  await engine.disconnect(idOf('node-2'), 'a-mgmt');
  const lines: string[] = [];
  labs.watchEvents('a', (events) => lines.push(...events.map(({ action, actor_name }) => `${action} ${actor_name}`)));
  await vi.waitFor(() => expect(lines).toEqual(expect.arrayContaining(['pause node-1', 'cut node-2'])));
  expect(script.open).toBe(0);
});

test('a list is never told before all is listed, also when an event comes first', async () => {
  const whole = deferred();
  const list = engine.list.bind(engine);
  engine.list = async (lab) => {
    if (lab === undefined) await whole.promise;
    return list(lab);
  };
  const fresh = new Labs({ engine, recipes: new Map([['r', script.recipe]]) });
  const lists: string[][] = [];
  fresh.watchList((told) => lists.push(told.map(({ name }) => name)));
  const network = { name: 'z-mgmt', lab: 'z', role: 'mgmt', subnet: '172.29.0.0/24', internal: false, labels: {} };
  vi.useFakeTimers();
  await engine.createNetwork(network, never);
  // Longer than a burst of changes is gathered for.
  await vi.advanceTimersByTimeAsync(1000);
  vi.useRealTimers();
  whole.resolve();
  await vi.waitFor(() => expect(lists).toContainEqual(['a', 'z']));
  expect(lists.every((names) => names.length === 2)).toBe(true);
  fresh.close();
});
