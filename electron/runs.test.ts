import { beforeEach, describe, expect, it } from 'vitest';
import { deferred } from './deferred.ts';
import { FakeEngine } from '../test/fakes/fake-engine.ts';
import type { FakeExec } from '../test/fakes/fake-exec.ts';
import { LabError } from '../shared/errors.ts';
import type { LabEvent } from '../shared/event.ts';
import type { LabView } from '../shared/lab.ts';
import type { RunView } from '../shared/run.ts';
import type { ExecResult } from './engines/engine.ts';
import { recipes } from './recipes/index.ts';
import { Runs } from './runs.ts';
import type { RunsDeps } from './runs/deps.ts';

const secret = `eyJzZWNyZXQiOi${'J0b2tlbiI6IjEyMzQ1Njc4OTAi'.repeat(4)}`;

/** The commands of one exec: a chain carries several, each preceded by its number of words. */
function commandsOf(command: readonly string[]): readonly (readonly string[])[] {
  if (command[3] !== 'chain') return [command];
  const words = command.slice(4);
  const commands: string[][] = [];
  while (words.length > 0) commands.push(words.splice(0, Number(words.shift())));
  return commands;
}

/** Answers each command of an exec as a node would, and prints the marks a chain prints. */
function answering(answer: (words: readonly string[], node: string) => Partial<ExecResult>) {
  return ({ command, node }: FakeExec): Partial<ExecResult> => {
    const commands = commandsOf(command);
    if (commands.length === 1) return answer(commands[0] ?? [], node.node);
    let stdout = '';
    for (const [index, words] of commands.entries()) {
      const { stdout: printed = '', exitCode = 0 } = answer(words, node.node);
      stdout += `\u001e${index}\u001e${printed}\u001e${index} ${exitCode}\u001e`;
      if (exitCode !== 0) return { stdout, exitCode };
    }
    return { stdout };
  };
}

let engine: FakeEngine;
let typed: string[];
let events: Omit<LabEvent, 'timestamp'>[];
let closed: string[];
let runs: Runs;
let unmet: string | null;

beforeEach(() => {
  engine = new FakeEngine();
  engine.images.add('quorate/ovn:1').add('quorate/microovn:1');
  typed = [];
  events = [];
  closed = [];
  unmet = null;
  engine.onExec = answering((words, node) => {
    typed.push(`${node}: ${words.join(' ')}`);
    return words[2] === 'add' ? { stdout: `${secret}\n` } : {};
  });
  runs = makeRuns();
});

function makeRuns(): Runs {
  const labs: RunsDeps['labs'] = {
    find: async (lab) => {
      const found = await engine.list(lab);
      if (found.nodes.length + found.networks.length === 0)
        throw new LabError('input/unknown', `There is no lab ${lab}.`);
      return found;
    },
    inspect: async (lab) => viewOf(lab),
    hold: () => () => undefined,
    waitFor: async (_lab, _unmet, { signal, onUnmet }) => {
      if (unmet === null) return;
      onUnmet?.(unmet);
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new LabError('cancelled', 'Cancelled.'))),
      );
    },
    setRun: () => undefined,
    record: (_lab, event) => events.push(event),
  };
  const images: RunsDeps['images'] = {
    tag: async (name) => `quorate/${name}:1`,
    ensure: async (name) => `quorate/${name}:1`,
  };
  const closeTerminals = (lab: string, node?: string) => closed.push(node ?? lab);
  return new Runs({ engine, labs, images, recipes, closeTerminals });
}

/** A lab none of whose nodes is a member yet. */
async function viewOf(lab: string): Promise<LabView> {
  const { nodes } = await engine.list(lab);
  const answers = { source: 'test', observedAt: 1, answers: true };
  const replica = (node: string) => ({ node, kind: 'none' as const, servers: [], ...answers, answers: false });
  const databases = ['nb', 'sb'].map((id) => ({ id, short: id, replicas: nodes.map(({ node }) => replica(node)) }));
  return {
    name: lab,
    nodes: nodes.map(({ node }) => ({ name: node, services: [], answers })),
    databases,
    members: [],
  } as unknown as LabView;
}

async function deploy(recipe: string, nodes = 3): Promise<RunView> {
  const { runId } = await runs.deploy({ recipe, name: 'a', nodes });
  return runs.done(runId);
}

async function everything(): Promise<number> {
  const found = await engine.list();
  return found.nodes.length + found.networks.length;
}

describe('a deploy of microovn', () => {
  it('types the tutorial', async () => {
    const run = await deploy('microovn');
    expect(run.state).toBe('done');
    expect(typed.filter((line) => line.includes('microovn cluster'))).toEqual([
      'node-1: microovn cluster bootstrap',
      'node-1: microovn cluster add node-2',
      'node-1: microovn cluster add node-3',
      `node-2: microovn cluster join ${secret}`,
      `node-3: microovn cluster join ${secret}`,
    ]);
  });

  it('shows tokens to nobody but who asks', async () => {
    const run = await deploy('microovn');
    const shown = JSON.stringify([run, events]);
    expect(shown).not.toContain(secret);
    expect(shown).toContain('microovn cluster join eyJzZWNyZXQiOi…');
    expect(runs.reveal(run.id, 'join:node-2', 0).line).toBe(`microovn cluster join ${secret}`);
    expect(runs.reveal(run.id, 'add:node-2', 0).output.trim()).toBe(secret);
    expect(() => runs.reveal(run.id, 'add:node-2', 7)).toThrow('no command 7');
  });

  it('explains a refused token, and makes a new one on retry', async () => {
    let refuse = true;
    engine.onExec = answering((words, node) => {
      typed.push(`${node}: ${words.join(' ')}`);
      if (words[2] === 'add') return { stdout: secret };
      if (words[2] !== 'join' || !refuse) return {};
      return { exitCode: 1, stderr: 'Error: 1 join attempts were unsuccessful. Last error: CoreTokenRecord not found' };
    });
    const failed = await deploy('microovn', 2);
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'command/failed', message: 'The token for node-2 was used or has expired.' },
      made: { containers: 2, networks: 2 },
    });
    expect(failed.error?.detail).toContain('CoreTokenRecord not found');
    refuse = false;
    typed = [];
    const { runId } = await runs.retry(failed.id);
    const done = await runs.done(runId);
    expect([done.id, done.state]).toEqual([failed.id, 'done']);
    expect(typed).toContain('node-1: microovn cluster add node-2');
    expect(await everything()).toBe(4);
  });
});

describe('a deploy of ovn-raft', () => {
  it('forms with the tools of OVN, and shows each command with what came of it', async () => {
    const run = await deploy('ovn-raft', 2);
    const form = run.steps.find(({ id }) => id === 'form');
    expect(
      form?.commands.map(({ on, line, state }) => `${on} ${state} ${line.split(' ').slice(0, 3).join(' ')}`),
    ).toEqual([
      'node-1 done ovsdb-tool --election-timer=1000 create-cluster',
      'node-1 done ovsdb-tool --election-timer=1000 create-cluster',
      'node-1 done wait-for /etc/service/ovn-nb/supervise/ok /etc/service/ovn-sb/supervise/ok',
      'node-1 done sv up ovn-nb',
      'node-1 done wait-for /var/run/openvswitch/db.sock',
      'node-1 done ovs-vsctl --timeout=20 set',
      'node-1 done sv up ovn-northd',
      'node-1 done workload-ports',
      'node-1 done wait-for /var/run/ovn/ovnnb_db.sock',
      'node-1 done ovn-nbctl --db=unix:/var/run/ovn/ovnnb_db.sock --timeout=20',
      'node-2 done ovsdb-tool join-cluster /var/lib/ovn/ovnnb_db.db',
      'node-2 done ovsdb-tool join-cluster /var/lib/ovn/ovnsb_db.db',
      'node-2 done wait-for /etc/service/ovn-nb/supervise/ok /etc/service/ovn-sb/supervise/ok',
      'node-2 done sv up ovn-nb',
      'node-2 done wait-for /var/run/openvswitch/db.sock',
      'node-2 done ovs-vsctl --timeout=20 set',
      'node-2 done sv up ovn-northd',
      'node-2 done workload-ports',
    ]);
    expect(events.map(({ action, attributes }) => attributes['step'] ?? action)).toEqual([
      'start',
      'image',
      'networks',
      'nodes',
      'form',
      'health',
      'end',
    ]);
  });

  it('forms a node as soon as it runs, while others are still started', async () => {
    const formed = deferred();
    engine.onExec = answering((words, node) => {
      if (node === 'node-1' && words[0] === 'sv') formed.resolve();
      return {};
    });
    const start = engine.start.bind(engine);
    engine.start = async (id) => {
      if ((await engine.look(id))?.node === 'node-2') await formed.promise;
      return start(id);
    };
    expect((await deploy('ovn-raft', 2)).state).toBe('done');
  });

  it('forms no node that does not start, says why, and goes on from there on retry', async () => {
    engine.fail('start', 2);
    const failed = await deploy('ovn-raft', 2);
    expect(failed).toMatchObject({ state: 'failed', error: { message: 'The engine could not start.' } });
    const stepsOf = (run: RunView) => run.steps.map(({ id, state }) => `${id} ${state}`);
    expect(stepsOf(failed)).toEqual(['image done', 'networks done', 'nodes failed', 'form cancelled', 'health todo']);
    expect(typed.some((line) => line.startsWith('node-2'))).toBe(false);
    const { runId } = await runs.retry(failed.id);
    expect((await runs.done(runId)).state).toBe('done');
    expect(typed).toContain('node-2: sv up ovn-nb ovn-sb');
  });

  it('names the command of a chain that failed, with its output and code', async () => {
    engine.onExec = answering((words) =>
      words[0] === 'sv' ? { exitCode: 3, stdout: 'fail: ovn-nb: no runsv\n' } : {},
    );
    const run = await deploy('ovn-raft', 1);
    const commands = run.steps.find(({ id }) => id === 'form')?.commands ?? [];
    expect(commands.map(({ state }) => state)).toEqual([
      ...Array<string>(3).fill('done'),
      'failed',
      ...Array<string>(6).fill('todo'),
    ]);
    expect(commands[3]).toMatchObject({ exitCode: 3, output: 'fail: ovn-nb: no runsv\n' });
    expect(run.error?.message).toMatch(/^`sv up ovn-nb .*` on node-1 ended with exit code 3\.$/);
  });

  it('leaves a lab or network alone that took its name in the same moment, and says whose it is', async () => {
    engine.addForeignNetwork('a-mgmt', '10.9.0.0/24');
    const run = await deploy('ovn-raft', 1);
    expect(run.error).toMatchObject({ code: 'engine/conflict', message: expect.stringContaining('not Quorate’s') });
    await runs.undo(run.id);
    expect(await engine.subnets()).toEqual([{ name: 'a-mgmt', subnet: '10.9.0.0/24' }]);
    await engine.removeNetwork('a-mgmt');

    const [one, other] = [runs, makeRuns()];
    const begun = await Promise.all(
      [one, other].map((each) => each.deploy({ recipe: 'ovn-raft', name: 'a', nodes: 2 })),
    );
    const ended = await Promise.all([one.done(begun[0]!.runId), other.done(begun[1]!.runId)]);
    expect(ended.map(({ state }) => state).toSorted()).toEqual(['done', 'failed']);
    const lost = ended.findIndex(({ state }) => state === 'failed');
    expect(ended[lost]?.error).toMatchObject({ code: 'input/taken', field: 'name' });
    await [one, other][lost]!.undo(begun[lost]!.runId);
    expect(await everything()).toBe(4);
  });

  it('takes other subnets when the engine finds the first taken', async () => {
    engine.fail('createNetwork', 2, new LabError('engine/subnet-taken', 'taken'));
    const run = await deploy('ovn-raft', 1);
    expect(run.state).toBe('done');
    expect(run.made).toEqual({ containers: 1, networks: 2 });
    expect(new Set((await engine.list('a')).networks.map(({ subnet }) => subnet)).size).toBe(2);
  });
});

const calls = ['createNetwork', 'createNode', 'start', 'exec'] as const;
const failures = (['ovn-raft', 'microovn'] as const).flatMap((recipe) =>
  calls.flatMap((call) => [1, 2, 3, 4, 5].map((nth) => [recipe, call, nth] as const)),
);

describe('whatever fails', () => {
  it.each(failures)('%s, %s number %i: can be undone, and leaves nothing', async (recipe, call, nth) => {
    const { calls: before } = engine;
    engine.fail(call, nth);
    const run = await deploy(recipe);
    if (before.filter((line) => line.startsWith(call)).length < nth) return expect(run.state).toBe('done');
    expect(run.state).toBe('failed');
    expect(run.steps.filter(({ state }) => state === 'failed')).toHaveLength(1);
    await runs.undo(run.id);
    const undone = await runs.done(run.id);
    expect(undone.state).toBe('undone');
    expect(undone.receipt?.remained).toEqual([]);
    expect(await everything()).toBe(0);
  });

  it.each(failures)('%s, %s number %i: can be retried to the end', async (recipe, call, nth) => {
    engine.fail(call, nth);
    const run = await deploy(recipe);
    if (run.state === 'done') return;
    const { runId } = await runs.retry(run.id);
    expect((await runs.done(runId)).state).toBe('done');
    expect(await everything()).toBe(5);
  });

  it.each(failures)('%s, %s number %i: after a crash it can be finished, then destroyed', async (recipe, call, nth) => {
    engine.fail(call, nth);
    if ((await deploy(recipe)).state === 'done') return;
    runs = makeRuns();
    if ((await everything()) === 0) return;
    const finish = await runs.finish('a');
    expect((await runs.done(finish.runId)).state).toBe('done');
    expect(await everything()).toBe(5);
    const destroy = await runs.destroy('a');
    const gone = await runs.done(destroy.runId);
    expect(gone.receipt?.removed.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual([
      'container a-node-1',
      'container a-node-2',
      'container a-node-3',
      'network a-mgmt',
      'network a-underlay',
    ]);
    expect(await everything()).toBe(0);
  });

  it('of a node that was added, undone, does not count the rest of the lab as left behind', async () => {
    await deploy('microovn', 3);
    const answer = engine.onExec;
    engine.onExec = (exec) => (exec.command.includes('join') ? { exitCode: 1, stderr: 'no' } : answer(exec));
    const { runId } = await runs.addMember('a');
    expect((await runs.done(runId)).state).toBe('failed');
    await runs.undo(runId);
    const { state, receipt } = await runs.done(runId);
    expect(state).toBe('undone');
    expect(receipt).toMatchObject({ removed: [{ kind: 'container', name: 'a-node-4' }], remained: [] });
  });

  it('undoes newest first and never touches what is not its own', async () => {
    engine.addForeignNetwork('b-mgmt', '10.9.0.0/24');
    engine.fail('exec', 1);
    const run = await deploy('ovn-raft', 1);
    engine.calls.length = 0;
    await runs.undo(run.id);
    expect(engine.calls.filter((line) => line.startsWith('remove'))).toEqual([
      'removeNode a-node-1',
      'removeNetwork a-mgmt',
      'removeNetwork a-underlay',
    ]);
    expect((await engine.subnets()).map(({ name }) => name)).toEqual(['b-mgmt']);
  });

  it('says what a destroy could not remove, and can go on', async () => {
    await deploy('ovn-raft', 2);
    engine.fail('removeNode', 2, new LabError('engine/refused', 'device busy', { detail: 'device busy' }));
    const { runId } = await runs.destroy('a');
    const run = await runs.done(runId);
    expect(run.state).toBe('failed');
    expect(run.error?.message).toContain('device busy');
    await runs.retry(runId);
    expect((await runs.done(runId)).state).toBe('done');
    expect(await everything()).toBe(0);
    expect(closed).toContain('a');
  });
});

describe('a run under way', () => {
  it('can be cancelled at any moment and leaves nothing', async () => {
    unmet = 'OVN NB has no leader yet';
    const { runId } = await runs.deploy({ recipe: 'ovn-raft', name: 'a' });
    const waiting = new Promise<void>((resolve) => {
      runs.watch(runId, (run) => {
        if (run.steps.some(({ note }) => note === unmet)) resolve();
      });
    });
    await waiting;
    await runs.cancel(runId);
    const run = await runs.done(runId);
    expect(run.state).toBe('undone');
    expect(run.receipt?.removed).toHaveLength(5);
    expect(await everything()).toBe(0);
  });

  it('waits for what the engine is making when it is cancelled: it would come after the undo', async () => {
    const create = engine.createNetwork.bind(engine);
    const asked = deferred();
    let made: Promise<unknown> | null = null;
    engine.createNetwork = (spec, signal) => {
      made = new Promise((resolve) => setTimeout(resolve, 50)).then(() => create(spec, AbortSignal.timeout(9000)));
      asked.resolve();
      const given = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new LabError('cancelled', 'Cancelled.')));
      });
      return Promise.race([made as ReturnType<typeof create>, given]);
    };
    const { runId } = await runs.deploy({ recipe: 'ovn-raft', name: 'a' });
    await asked.promise;
    await runs.cancel(runId);
    await made;
    expect((await runs.done(runId)).receipt).toMatchObject({ removed: [{ kind: 'network', name: 'a-mgmt' }] });
    expect(await everything()).toBe(0);
  });

  it('is the only one of its lab', async () => {
    unmet = 'waiting';
    const { runId } = await runs.deploy({ recipe: 'ovn-raft', name: 'a' });
    await expect(runs.destroy('a')).rejects.toMatchObject({ code: 'lab/busy' });
    await expect(runs.deploy({ recipe: 'ovn-raft', name: 'a' })).rejects.toMatchObject({ code: 'input/taken' });
    const other = await runs.deploy({ recipe: 'ovn-raft' });
    expect(other.lab).toBe('ovn-raft-1');
    await Promise.all([runs.cancel(runId), runs.cancel(other.runId)]);
    expect(await everything()).toBe(0);
  });

  it('gives two labs at once names and subnets of their own', async () => {
    const started = await Promise.all([1, 2, 3].map(() => runs.deploy({ recipe: 'microovn', nodes: 1 })));
    expect(started.map(({ lab }) => lab).toSorted()).toEqual(['microovn-1', 'microovn-2', 'microovn-3']);
    const ended = await Promise.all(started.map(({ runId }) => runs.done(runId)));
    expect(ended.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  });

  it('tells an absent engine from an empty one', async () => {
    engine.goAway();
    await expect(runs.deploy({ recipe: 'ovn-raft' })).rejects.toMatchObject({
      code: 'engine/unreachable',
      fix: 'fake start',
    });
  });
});

describe('a script', () => {
  it('says what the lab was formed by, and holds no secret', async () => {
    await deploy('microovn', 2);
    const script = await runs.script({ lab: 'a' });
    expect(script).not.toContain(secret);
    expect(script).toContain('token_node_2=$(docker exec a-node-1 microovn cluster add node-2)');
    expect(script).toContain('docker exec a-node-2 microovn cluster join "$token_node_2"');
  });

  it('exists for every recipe before anything was deployed', async () => {
    for (const recipe of recipes.keys()) expect(await runs.script({ recipe })).toMatch(/^#!\/bin\/sh\n/);
    expect(await everything()).toBe(0);
  });
});
