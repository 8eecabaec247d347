import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { currentEngine } from '../../electron/engines/current-engine.ts';
import type { Attached } from '../../electron/engines/engine.ts';
import { EngineWatch } from '../../electron/engines/engine-watch.ts';
import { Images } from '../../electron/images/images.ts';
import { Labs } from '../../electron/labs.ts';
import { packageRoot } from '../../electron/package-root.ts';
import { incusDialect, lxdDialect, type Dialect } from '../../electron/recipes/lxd/dialect.ts';
import { incus } from '../../electron/recipes/lxd/incus.ts';
import { lxd } from '../../electron/recipes/lxd/lxd.ts';
import { Runs } from '../../electron/runs.ts';
import { until } from './until.ts';
import type { DatabaseView, Replica } from '../../shared/database.ts';
import type { LabEvent } from '../../shared/event.ts';
import type { LabView, MemberView, NodeView } from '../../shared/lab.ts';
import { quorumOf } from '../../shared/quorum.ts';
import { verdictOf } from '../../shared/verdict.ts';

/** Observation of a real cluster of three nodes: what is seen, how fast, and what is left when nobody looks. LXD whole, Incus what may differ. */
const watch = new EngineWatch();
const engine = currentEngine(watch);
afterAll(() => watch.close());

describe('LXD', () => observation(lxdDialect, 'whole'));
describe('Incus', () => observation(incusDialect, 'what may differ'));

function observation(dialect: Dialect, extent: 'whole' | 'what may differ'): void {
  const more: (name: string, run: () => Promise<void>) => void = extent === 'whole' ? test : () => undefined;
  const { kind, client, service, daemon, admin, socket } = dialect;
  const lab = `see-${kind}`;
  const recipes = new Map([lxd, incus].map((recipe) => [recipe.info.kind, recipe]));
  const labs = new Labs({ engine, recipes });
  const images = new Images({ engine, resources: join(packageRoot, 'resources', 'images') });
  const runs = new Runs({ engine, labs, images, recipes, closeTerminals: () => 0 });
  let latest: LabView | null = null;
  let unwatch = () => {};
  const events: LabEvent[] = [];

  beforeAll(async () => {
    await watch.look();
    await images.ensure(kind, () => undefined, new AbortController().signal);
    const { runId } = await runs.deploy({ recipe: kind, name: lab });
    const run = await runs.done(runId);
    expect(run.error ?? null).toBeNull();
    labs.watchEvents(lab, (more) => events.push(...more));
    unwatch = labs.watch(
      lab,
      (view) => (latest = view),
      () => {},
    );
  }, 300_000);

  afterAll(async () => {
    unwatch();
    if ((await engine.list(`${lab}-fresh`)).networks.length > 0)
      await runs.done((await runs.destroy(`${lab}-fresh`)).runId);
    const { runId } = await runs.destroy(lab);
    await runs.done(runId);
    // What the end of a run asks the engine is to be answered before nobody is there to hear it.
    await labs.summaries();
    labs.close();
  });

  // One failure is not to be the next one's.
  afterEach(async () => {
    for (const { id, state } of (await engine.list(lab)).nodes) {
      if (state === 'paused') await engine.unpause(id);
      if (state === 'stopped') await engine.start(id);
      await engine.exec(id, ['sv', 'up', service], { timeout: 5000 });
      await engine.exec(id, ['pkill', '-CONT', '-x', daemon], { timeout: 5000 });
    }
  });

  const seen = (unmet: (view: LabView) => string | null, timeout = 20_000) =>
    labs.waitFor(lab, unmet, { timeout, signal: new AbortController().signal });
  const view = () => latest ?? expect.fail('nothing was seen');
  const database = (now: LabView = view()): DatabaseView => now.databases[0] ?? expect.fail('no database');
  const node = (name: string): NodeView => view().nodes.find((one) => one.name === name) ?? expect.fail(`no ${name}`);
  const replica = (name: string, now: LabView = view()): Replica =>
    database(now).replicas.find((one) => one.node === name) ?? expect.fail(`no replica on ${name}`);
  const member = (name: string): MemberView =>
    view().members.find((one) => one.name === name) ?? expect.fail(`no member ${name}`);
  const inNode = (name: string, ...command: string[]) => engine.exec(node(name).id, command, { timeout: 20_000 });
  const leaderNow = () => quorumOf(database()).leader ?? expect.fail('nobody leads');
  const whole = () =>
    seen((now) => {
      const { state, answering, disagreement } = quorumOf(database(now));
      if (state !== 'quorum' || answering !== 3 || disagreement !== null) return `${state}, ${answering} answer`;
      const unwell = database(now).replicas.filter(({ leader }) => leader === null);
      if (unwell.length > 0) return `${unwell.map((one) => one.node).join()} names no leader`;
      const offline = now.members.filter(({ status, answers }) => status !== 'Online' || !answers);
      return offline.length > 0 ? `${offline.map(({ name }) => name).join()} not Online` : null;
    }, 90_000);

  /** An independent witness: LXD's own list, asked in a node again and again. Says when another than `leader` is first listed as leader. */
  async function witness(name: string, leader: string): Promise<{ attached: Attached; listed: Promise<number> }> {
    const list = `curl -s -m 1 --unix-socket ${socket} 'unix/1.0/cluster/members?recursion=1'`;
    const leaders = `jq -r '.metadata[]? | select(.roles | index("database-leader")) | .server_name'`;
    const loop = `while :; do ${list} | ${leaders}; sleep 0.05; done`;
    const attached = await engine.attach(node(name).id, ['sh', '-c', loop], { tty: false });
    const listed = new Promise<number>((resolve) =>
      attached.onData((bytes) => {
        const names = new TextDecoder()
          .decode(bytes)
          .split('\n')
          .filter((word) => word !== '');
        if (names.some((word) => word !== leader)) resolve(Date.now());
      }),
    );
    return { attached, listed };
  }

  /** Resolves with the time of the first view in which another node leads. */
  function shownLeader(leader: string): Promise<{ at: number; leader: string }> {
    return new Promise((resolve) => {
      const undo = labs.watch(
        lab,
        (now) => {
          const { leader: next, state } = quorumOf(database(now));
          if (next === null || next === leader || state !== 'quorum') return;
          resolve({ at: Date.now(), leader: next });
          queueMicrotask(undo);
        },
        () => {},
      );
    });
  }

  test('sees the whole lab', async () => {
    await whole();
    expect(view()).toMatchObject({ state: 'complete', observed: true, warnings: [] });
    expect(verdictOf(view(), Date.now()).text).toBe('Any one node may fail');
    expect(view().nodes.map(({ name, services, answers }) => ({ name, services, answers: answers.answers }))).toEqual(
      [1, 2, 3].map((n) => ({ name: `node-${n}`, services: [service], answers: true })),
    );
    const leader = leaderNow();
    expect(member(leader)).toMatchObject({
      role: 'leader',
      status: 'Online',
      message: 'Fully operational',
      facts: expect.arrayContaining([
        { label: 'Roles', value: 'database-leader, database' },
        { label: 'Raft ID', value: replica(leader).serverId },
        { label: 'Failure domain', value: 'default' },
        { label: 'Groups', value: 'default' },
      ]),
    });
    for (const { node: name, ...facts } of database().replicas)
      expect(facts).toMatchObject({
        kind: name === leader ? 'leader' : 'voter',
        role: name === leader ? 'leader' : 'voter',
        leader,
        votes: true,
        answers: true,
        term: expect.any(Number),
        address: `${node(name).addresses[0]?.address ?? ''}:8443`,
      });
    expect(view().entities?.entities).toContainEqual(
      expect.objectContaining({
        kind: 'storage pool',
        name: 'default',
        state: 'Created',
        pending: false,
        on: [1, 2, 3].map((n) => ({ node: `node-${n}`, state: 'Created' })),
      }),
    );
  });

  test('shows what LXD keeps as soon as LXD pushes it, pending ones as such', async () => {
    await whole();
    const entity = (now: LabView, name: string) => now.entities?.entities.find((one) => one.name === name);
    const pools = [client, 'storage', 'create', '--target', 'node-2', 'data', 'dir'];
    expect((await inNode('node-1', ...pools)).exitCode).toBe(0);
    const made = Date.now();
    await seen((now) => (entity(now, 'data') === undefined ? 'no pool data' : null), 5000);
    console.log(`a pending pool is shown ${Date.now() - made} ms after the command ended`);
    expect(entity(view(), 'data')).toMatchObject({
      kind: 'storage pool',
      state: 'Pending',
      pending: true,
      on: [{ node: 'node-2', state: 'Pending' }],
    });
    for (const on of ['node-1', 'node-3'])
      expect(
        (await inNode('node-1', client, 'storage', 'volume', 'create', 'default', 'web', '--target', on)).exitCode,
      ).toBe(0);
    const volume = Date.now();
    await seen((now) => (entity(now, 'default/web')?.on.length === 2 ? null : 'not both volumes'), 1500);
    console.log(`two volumes are shown ${Date.now() - volume} ms after the command ended`);
    expect(entity(view(), 'default/web')?.on.map((one) => one.node)).toEqual(['node-1', 'node-3']);
    for (const on of ['node-1', 'node-3'])
      await inNode('node-1', client, 'storage', 'volume', 'delete', 'default', 'web', '--target', on);
    await seen((now) => (entity(now, 'default/web') === undefined ? null : 'still there'), 1500);
  });

  test('shows a new leader within 1 s of LXD listing it, and the daemon that was killed as not answering', async () => {
    await whole();
    const leader = leaderNow();
    const others = ['node-1', 'node-2', 'node-3'].filter((name) => name !== leader);
    const witnesses = await Promise.all(others.map((name) => witness(name, leader)));
    const shown = shownLeader(leader);
    await inNode(leader, 'sv', 'once', service);
    const killed = Date.now();
    await inNode(leader, 'pkill', '-KILL', '-x', daemon);
    await seen(
      (now) => (now.nodes.find(({ name }) => name === leader)?.answers.answers === false ? null : 'answers'),
      3000,
    );
    console.log(`the end of the leader’s daemon is shown ${Date.now() - killed} ms after the kill`);
    // A dead leader does not lead, whatever LXD's list says until the next one is elected.
    expect(quorumOf(database())).toMatchObject({ leader: null, answering: 2 });
    const listed = await Promise.race(witnesses.map((one) => one.listed));
    const saw = await shown;
    await Promise.all(witnesses.map(({ attached }) => attached.kill()));
    console.log(`leader killed, listed by LXD after ${listed - killed} ms, shown ${saw.at - listed} ms later`);
    expect(saw.at - listed).toBeLessThan(1000);
    expect(others).toContain(saw.leader);
    expect(replica(leader)).toMatchObject({ kind: 'unknown', answers: false, leads: null, role: 'voter' });
    expect(node(leader)).toMatchObject({ state: 'running', services: [], answers: { answers: false } });
    expect(node(leader).answers.observedAt).toBeGreaterThan(killed - 3000);
    expect(node(leader).answers.observedAt).toBeLessThan(Date.now());
    expect(events.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['no-leader', 'leader', 'term', 'silent']),
    );
    // By LXD's own word, once its threshold has passed.
    await seen((now) => {
      const { status } = now.members.find(({ name }) => name === leader) ?? expect.fail('no member');
      return status === 'Offline' ? null : `LXD says ${status}`;
    }, 60_000);
    expect(member(leader).message).toMatch(/^No heartbeat for /);
    await inNode(leader, 'sv', 'up', service);
    await whole();
  });

  more('shows a paused node as not answering, with the time of its last answer', async () => {
    await whole();
    const before = Date.now();
    const name = ['node-1', 'node-2', 'node-3'].find((one) => one !== leaderNow()) ?? '';
    await engine.pause(node(name).id);
    await seen((now) => (now.nodes.find((one) => one.name === name)?.state === 'paused' ? null : 'not paused yet'));
    expect(replica(name)).toMatchObject({ kind: 'frozen', answers: false, role: 'voter' });
    expect(quorumOf(database())).toMatchObject({ state: 'quorum', answering: 2, mayLose: 0 });
    expect(node(name).answers).toMatchObject({ answers: false, observedAt: expect.any(Number) });
    expect(node(name).answers.observedAt).toBeGreaterThan(before - 5000);
    await engine.unpause(node(name).id);
    await whole();
  });

  more('shows a daemon that hangs as not answering, within its deadline', async () => {
    await whole();
    await inNode('node-3', 'pkill', '-STOP', '-x', daemon);
    const stopped = Date.now();
    await seen((now) => (replica('node-3', now).answers ? 'still answers' : null), 6000);
    console.log(`a frozen daemon is shown ${Date.now() - stopped} ms later`);
    expect(replica('node-3')).toMatchObject({ kind: 'unknown', answers: false, observedAt: expect.any(Number) });
    await inNode('node-3', 'pkill', '-CONT', '-x', daemon);
    await whole();
  });

  more('still observes a node that is cut', async () => {
    await whole();
    const leader = leaderNow();
    const { id, addresses } = node(leader);
    for (const { network } of addresses) await engine.disconnect(id, network);
    await seen((now) => {
      // From the first view that shows the cut, not only once the servers have noticed it.
      if (now.nodes.some((one) => one.cut)) expect(quorumOf(database(now))).toMatchObject({ answering: 2, mayLose: 0 });
      const { leader: next } = quorumOf(database(now));
      return next !== null && next !== leader ? null : `${next ?? 'nobody'} leads`;
    }, 60_000);
    expect(replica(leader)).toMatchObject({ cut: true, answers: true, leads: null, role: 'voter' });
    expect(node(leader)).toMatchObject({ cut: true, state: 'running', answers: { answers: true } });
    for (const { network, address } of addresses) await engine.connect(id, network, address);
    await whole();
  });

  test('without quorum it knows no leader, shows the roles, and says since when LXD has not answered', async () => {
    await whole();
    for (const name of ['node-1', 'node-2']) await engine.kill(node(name).id);
    await seen((now) => {
      const { state, leader } = quorumOf(database(now));
      if (state !== 'lost' || leader !== null) return `${state}, ${leader ?? 'nobody'} leads`;
      // It follows until its election timer ends.
      const follows = replica('node-3', now).leader;
      if (follows !== null) return `node-3 still follows ${follows}`;
      return now.members.some(({ answers }) => answers) || now.entities?.answers !== false ? 'LXD still answers' : null;
    });
    expect(replica('node-3')).toMatchObject({
      kind: 'voter',
      role: 'voter',
      leader: null,
      leads: false,
      answers: true,
    });
    expect(replica('node-1')).toMatchObject({
      kind: 'gone',
      role: expect.stringMatching(/voter|leader/),
      answers: false,
    });
    expect(view().members).toHaveLength(3);
    expect(member('node-3').observedAt).toBeGreaterThan(0);
    expect(verdictOf(view(), Date.now()).text).toBe('dqlite has no quorum');
    expect(view().warnings).toContainEqual(
      expect.objectContaining({
        code: 'database/no-quorum',
        fix: expect.stringContaining('Start node-1 · Start node-2'),
      }),
    );
    // Who looks anew, and asks in vain, is told so in time.
    const fresh = new Labs({ engine, recipes });
    const start = Date.now();
    const first = await fresh.inspect(lab, { timeout: 30_000 });
    console.log(`inspect without quorum took ${Date.now() - start} ms`);
    expect(Date.now() - start).toBeLessThan(8000);
    expect(replica('node-3', first)).toMatchObject({ role: 'voter', answers: true });
    expect(quorumOf(database(first))).toMatchObject({ state: 'lost', voters: 3, answering: 1 });
    fresh.close();
    for (const name of ['node-1', 'node-2']) await engine.start(node(name).id);
    await whole();
  });

  more('reads the roles of a node whose daemon is stopped from its file', async () => {
    await whole();
    await inNode('node-2', 'sv', '-w', '20', 'stop', service);
    // Its file is read once it has run for a while: a daemon that starts would answer for itself.
    const first = await until(async () => {
      const fresh = new Labs({ engine, recipes });
      const seen = await fresh.inspect(lab, { timeout: 30_000 });
      fresh.close();
      return replica('node-2', seen).servers.length > 0 ? seen : null;
    });
    expect(replica('node-2', first)).toMatchObject({ kind: 'unknown', answers: false, observedAt: null });
    expect(replica('node-2', first).servers).toHaveLength(3);
    expect(['voter', 'spare', 'stand-by']).toContain(replica('node-2', first).role);
    await inNode('node-2', 'sv', 'up', service);
    await whole();
  });

  more('sees nodes that no run formed as what they are: they answer, and hold no copy', async () => {
    const fresh = `${lab}-fresh`;
    const { runId } = await runs.deploy({ recipe: kind, name: fresh, nodes: 2, settings: { form: false } });
    expect(await runs.done(runId)).toMatchObject({ state: 'done' });
    const signal = new AbortController().signal;
    await labs.waitFor(
      fresh,
      ({ nodes }) => (nodes.every(({ answers }) => answers.answers) ? null : 'a daemon does not answer yet'),
      { timeout: 20_000, signal },
    );
    const now = await labs.inspect(fresh, { timeout: 20_000 });
    expect(now).toMatchObject({ state: 'complete', members: [], warnings: [], entities: null });
    expect(now.nodes.map(({ answers, services }) => [answers.answers, services])).toEqual([
      [true, [service]],
      [true, [service]],
    ]);
    expect(now.databases[0]?.replicas.map(({ kind: is, votes, role }) => ({ is, votes, role }))).toEqual([
      { is: 'none', votes: false, role: null },
      { is: 'none', votes: false, role: null },
    ]);
    await runs.done((await runs.destroy(fresh)).runId);
  });

  more('tells of rows that a hung join left, and of servers that are no members', async () => {
    await whole();
    const sql = (statement: string) => inNode('node-1', ...admin, 'sql', 'global', statement);
    const columns = 'name, address, schema, api_extensions, arch, description, state, heartbeat';
    await sql(
      `INSERT INTO nodes (${columns}) SELECT 'node-9', '0.0.0.0:1', schema, api_extensions, arch, '', 1, heartbeat FROM nodes LIMIT 1`,
    );
    const warned = (code: string) =>
      seen((now) => (now.warnings.some((one) => one.code === code) ? null : 'no warning'), 40_000);
    await warned('member/pending');
    expect(view().members.map(({ name }) => name)).toEqual(['node-1', 'node-2', 'node-3']);
    await sql(`DELETE FROM nodes WHERE name = 'node-9'`);
    await seen((now) => (now.warnings.length === 0 ? null : now.warnings.map(({ code }) => code).join()));
    const address = node('node-3').addresses[0]?.address ?? '';
    await sql(`UPDATE nodes SET address = '0.0.0.0:1' WHERE name = 'node-3'`);
    await warned('database/leftover');
    await sql(`UPDATE nodes SET address = '${address}:8443' WHERE name = 'node-3'`);
    await seen((now) => (now.warnings.length === 0 ? null : now.warnings.map(({ code }) => code).join()));
    await whole();
  });

  test('costs little while watched, and leaves nothing in the nodes when nobody looks', async () => {
    await whole();
    const relays = async () => {
      const counts = view().nodes.map(({ id }) =>
        engine.exec(id, ['pgrep', '-cx', 'quorate-relay'], { timeout: 5000 }),
      );
      return (await Promise.all(counts)).map(({ stdout }) => Number(stdout));
    };
    const settled = async (count: number) => {
      const end = Date.now() + 10_000;
      let now = await relays();
      while (now.some((one) => one !== count) && Date.now() < end) now = await relays();
      expect(now).toEqual([count, count, count]);
    };
    await settled(1);
    const start = { cpu: process.cpuUsage(), at: Date.now() };
    let views = 0;
    const undo = labs.watch(
      lab,
      () => views++,
      () => {},
    );
    await seen(() => (Date.now() - start.at > 10_000 ? null : 'measuring'), 20_000);
    undo();
    const { user, system } = process.cpuUsage(start.cpu);
    const percent = (user + system) / 10 / (Date.now() - start.at);
    console.log(`watching three nodes costs ${percent.toFixed(2)} % of a core, ${views} views in 10 s`);
    expect(percent).toBeLessThan(5);
    labs.close();
    await settled(0);
  });
}
