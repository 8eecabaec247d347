import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { currentEngine } from '../../electron/engines/current-engine.ts';
import { EngineWatch } from '../../electron/engines/engine-watch.ts';
import type { LabSummary, LabView } from '../../shared/lab.ts';
import { expectNobodyInside, killedAfter } from '../engine/killed-backend.ts';
import { answer, quorate } from '../engine/quorate.ts';
import { until } from '../engine/until.ts';

/**
 * The backend is ended with SIGKILL after each step of each kind of run. What it leaves must be seen by the next start as something that
 * can be finished or destroyed, and destroy must leave nothing: no object of the engine, no process here or in a node, no file.
 */
const watch = new EngineWatch();
const engine = currentEngine(watch);

beforeAll(() => watch.look());
afterAll(async () => {
  // Also what came late of all that was killed here.
  for (const name of made) expect(await atRest(name)).toEqual([]);
  await watch.close();
});

const left = async (lab: string) => {
  const { nodes, networks } = await engine.list(lab);
  return [...nodes.map(({ name }) => name), ...networks.map(({ name }) => name), ...(await engine.volumes(lab))];
};

/**
 * What there is once the engine has come to rest: what it was asked to make it goes on making when the one who asked is dead, and no
 * answer tells of that. At rest is what stays the same for a second.
 */
async function atRest(lab: string): Promise<readonly string[]> {
  const look = async () => JSON.stringify(await engine.list(lab));
  let before = await look();
  let since = Date.now();
  await until(
    async () => {
      const now = await look();
      if (now !== before) since = Date.now();
      before = now;
      return Date.now() - since > 1000 ? true : null;
    },
    () => before,
    60_000,
  );
  return left(lab);
}

/** What the next start must be able to do with whatever is there, once the engine is at rest. Returns what is left. */
async function destroyed(lab: string): Promise<readonly string[]> {
  if ((await left(lab)).length > 0) {
    expect((await answer<LabSummary[]>('list')).map(({ name }) => name)).toContain(lab);
    await answer('destroy', lab, '--yes');
  }
  return left(lab);
}

/** Resolves when the engine tells the `count`-th event of this lab from now on. */
async function nthEvent(lab: string, count: number): Promise<{ came: Promise<void>; stop: () => void }> {
  const abort = new AbortController();
  let seen = 0;
  let tell: () => void = () => {};
  const came = new Promise<void>((resolve) => (tell = resolve));
  const listening = engine.events(
    (event) => {
      if (event.lab === lab && ++seen >= count) tell();
    },
    () => {},
    abort.signal,
  );
  listening.catch(() => {});
  return { came, stop: () => abort.abort() };
}

const isHalfDone = async (lab: string) => (await answer<LabView>('inspect', lab)).state !== 'complete';

/** @throws with its words when it ends with anything but 0 */
async function done(...words: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await quorate(...words);
  if (exitCode !== 0) throw new Error(`quorate ${words.join(' ')} ended with ${exitCode}:\n${stderr}`);
}

async function expectHealthy(lab: string, nodes: number): Promise<void> {
  let seen: unknown;
  await until(
    async () => {
      const view = await answer<LabView>('inspect', lab);
      seen = {
        state: view.state,
        warnings: view.warnings,
        databases: view.databases.map(({ replicas }) => replicas.map(({ role }) => role)),
      };
      const all = view.databases.every(
        ({ replicas }) =>
          replicas.filter(({ leads }) => leads === true).length === 1 &&
          replicas.every(({ kind, answers }) => kind === 'none' || kind === 'spare' || answers),
      );
      return view.state === 'complete' && view.nodes.length === nodes && all ? true : null;
    },
    () => seen,
    60_000,
  );
  const { nodes: found } = await engine.list(lab);
  await Promise.all(found.map(({ id }) => expectNobodyInside(id)));
}

const recipes = ['ovn-raft', 'microovn'] as const;
/** How many nodes a lab has whose steps each have their turn: a cluster by joins has two steps for each, and the second shows it all. */
const sized: readonly (readonly [recipe: string, nodes: number])[] =
  process.env['QUORATE_TEST_LXD'] === 'yes'
    ? [['lxd', 2]]
    : [
        ['ovn-raft', 3],
        ['microovn', 3],
      ];

/** The name of a lab, of which nothing is there. */
async function lab(recipe: string): Promise<string> {
  const name = `kill-${recipe}`;
  made.add(name);
  expect(await destroyed(name)).toEqual([]);
  return name;
}

/** Labs made here. */
const made = new Set<string>();

afterEach(async () => {
  for (const name of made) {
    if ((await left(name)).length === 0) continue;
    await atRest(name);
    await quorate('destroy', name, '--yes');
  }
});

test.each(sized)(
  '%s: a deploy killed after any step can be finished, and destroyed',
  { timeout: 600_000 },
  async (recipe, nodes) => {
    const name = await lab(recipe);
    for (let after = 0, steps = 1; after < steps; after++) {
      const { came, stop } = await nthEvent(name, 1);
      const killed = await killedAfter(after, came, 'deploy', recipe, '--name', name, '--nodes', String(nodes));
      stop();
      steps = Math.max(steps, killed.steps);
      if ((await atRest(name)).length > 0 && after % 2 === 1) {
        await done('finish', name);
        await expectHealthy(name, nodes);
      }
      expect([after, await destroyed(name)]).toEqual([after, []]);
    }
  },
);

test.each(recipes)(
  '%s: a deploy killed between any two acts of the engine is destroyed whole',
  { timeout: 600_000 },
  async (recipe) => {
    const name = await lab(recipe);
    // Two networks, three creates with a connect each, three starts: killed within each of them.
    // Of both recipes these are the same acts: the second is asked at every third.
    for (let count = 1; count <= 12; count += recipe === 'ovn-raft' ? 1 : 3) {
      const { came, stop } = await nthEvent(name, count);
      await killedAfter(0, came, 'deploy', recipe, '--name', name);
      stop();
      await atRest(name);
      expect([count, await destroyed(name)]).toEqual([count, []]);
    }
  },
);

test.each(recipes)('%s: a destroy killed at any moment is done by the next', { timeout: 600_000 }, async (recipe) => {
  const name = await lab(recipe);
  await done('deploy', recipe, '--name', name);
  for (let count = 1; (await atRest(name)).length > 0 && count <= 8; count++) {
    const { came, stop } = await nthEvent(name, count);
    await killedAfter(0, came, 'destroy', name, '--yes');
    stop();
  }
  expect(await destroyed(name)).toEqual([]);
});

test.each(sized)(
  '%s: growing and shrinking killed after any step can be finished',
  { timeout: 900_000 },
  async (recipe, nodes) => {
    const name = await lab(recipe);
    const last = `node-${nodes + 1}`;
    await done('deploy', recipe, '--name', name, '--nodes', String(nodes));
    for (let after = 0, steps = 1; after < steps; after++) {
      const adding = await nthEvent(name, 1);
      const added = await killedAfter(after, adding.came, 'member', 'add', name);
      adding.stop();
      if (!added.over) await atRest(name);
      if (!added.over && (await isHalfDone(name))) await done('finish', name);
      const grown = (await answer<LabSummary[]>('list')).find((one) => one.name === name)?.nodes.length ?? 0;
      await expectHealthy(name, grown);
      if (grown <= nodes) await done('member', 'add', name);
      const removing = await nthEvent(name, 1);
      const removed = await killedAfter(after, removing.came, 'member', 'remove', name, last, '--yes');
      removing.stop();
      if (!removed.over) await atRest(name);
      steps = Math.max(steps, added.steps, removed.steps);
      const left = (await answer<LabSummary[]>('list')).find((one) => one.name === name)?.nodes ?? [];
      if (left.some((node) => node.name === last)) await done('member', 'remove', name, last, '--yes');
      await expectHealthy(name, nodes);
    }
  },
);
