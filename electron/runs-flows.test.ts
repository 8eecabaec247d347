import { beforeEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../test/fakes/fake-engine.ts';
import { LabError } from '../shared/errors.ts';
import type { LabEvent } from '../shared/event.ts';
import type { LabView } from '../shared/lab.ts';
import type { FlowInfo } from '../shared/recipe.ts';
import type { RequestInput } from '../shared/request.ts';
import type { RunView } from '../shared/run.ts';
import { deferred } from './deferred.ts';
import type { ExecResult } from './engines/engine.ts';
import { label } from './engines/labels.ts';
import type { NodeCommand, Step } from './flows/step.ts';
import type { FlowRequest, Recipe, RecipeFlow } from './recipes/recipe.ts';
import { groundSteps, nodesStep, nodesToForm, placeOf, type NodeKind } from './recipes/lab-objects.ts';
import { Runs } from './runs.ts';
import type { RunsDeps } from './runs/deps.ts';

const info = (id: string, on: FlowInfo['on'], keys: readonly string[] = []): FlowInfo => ({
  ...{ id, on, title: id, help: '', group: '' },
  parameters: keys.map((key) => ({ key, title: key, help: '', type: 'text', default: 'x', max: 9 })),
});
const commands = (id: string, words: readonly string[], undo: readonly NodeCommand[] = []): Step => ({
  ...{ kind: 'commands', id, title: id, timeout: 1000, chains: [[{ node: 'node-1', words }]] },
  ...(undo.length === 0 ? {} : { undo }),
});

const setFlow: RecipeFlow = {
  info: info('set', 'lab', ['value']),
  check: ({ settings }: Pick<FlowRequest, 'settings'>) => {
    if (settings['value'] !== 'never') return;
    throw new LabError('input/invalid', 'Never.', { field: 'settings.value', fix: 'x' });
  },
  plan: ({ settings }) => [
    commands('set', ['set', String(settings['value'])], [{ node: 'node-1', words: ['unset'] }]),
    commands('show', ['show']),
  ],
};
const cutFlow: RecipeFlow = {
  info: info('cut', 'node'),
  plan: ({ node }) => [
    { kind: 'power-cut', id: 'cut', title: 'Cut', timeout: 1000, nodes: [node ?? ''] },
    {
      kind: 'wait',
      id: 'told',
      title: 'Wait',
      timeout: 1000,
      unmet: () => null,
      tells: ({ name }) => name,
      script: [],
    },
    commands('after', ['after']),
  ],
};

const kind: NodeKind = {
  ...{ image: 'quorate/ovn:1', needs: [], pids: 10 },
  networks: [{ role: 'mgmt', title: 'Management', internal: true }],
};
const recipe: Recipe = {
  info: {
    ...{ kind: 'toy', title: 'Toy', summary: '', defaultNodes: 2, databases: [], parameters: [], console: [] },
    ...{ privileges: [], canResize: false, flows: [setFlow.info, cutFlow.info] },
  },
  image: 'ovn',
  networks: () => kind.networks,
  deploy: (request, subnets, _image, { found }) => {
    const places = nodesToForm(request, found).map((node) => placeOf(node, subnets));
    return [
      ...groundSteps(request, subnets, 'ovn', kind),
      nodesStep(request, places, kind),
      commands('form', ['form']),
    ];
  },
  addMember: () => [],
  removeMember: () => [],
  afterRestore: () => [],
  flows: [setFlow, cutFlow],
  observe: () => {
    throw new Error('Nobody looks.');
  },
};

let engine: FakeEngine;
let typed: string[];
let events: Omit<LabEvent, 'timestamp'>[];
let closed: number;
let answer: (words: string) => Partial<ExecResult> | Promise<Partial<ExecResult>>;
let runs: Runs;

beforeEach(() => {
  engine = new FakeEngine();
  engine.images.add('quorate/ovn:1');
  [typed, events, closed] = [[], [], 0];
  answer = () => ({});
  engine.onExec = ({ command }) => {
    typed.push(command.join(' '));
    return answer(command.join(' '));
  };
  const view = (name: string) => ({ name, nodes: [], databases: [], members: [] }) as unknown as LabView;
  const labs: RunsDeps['labs'] = {
    find: async (lab) => {
      const found = await engine.list(lab);
      if (found.nodes.length === 0) throw new LabError('input/unknown', `There is no lab ${lab}.`);
      return found;
    },
    inspect: async (lab) => view(lab),
    hold: () => () => undefined,
    waitFor: async (lab, unmet) => void unmet(view(lab)),
    setRun: () => undefined,
    record: (_lab, event) => events.push(event),
  };
  const tag = async (name: string) => `quorate/${name}:1`;
  const closeTerminals = () => ++closed;
  runs = new Runs({ engine, labs, images: { tag, ensure: tag }, recipes: new Map([['toy', recipe]]), closeTerminals });
});

async function deploy(then?: RequestInput['then']): Promise<RunView> {
  const { runId } = await runs.deploy({ recipe: 'toy', name: 'a', ...(then === undefined ? {} : { then }) });
  return runs.done(runId);
}

async function flow(asked: Parameters<Runs['flow']>[1]): Promise<RunView> {
  return runs.done((await runs.flow('a', asked)).runId);
}

const states = (run: RunView) => run.steps.map(({ id, state }) => `${id} ${state}`);

describe('a flow', () => {
  beforeEach(async () => {
    await deploy();
    [typed, events, closed] = [[], [], 0];
  });

  it('types its plan and is told in the record of the lab', async () => {
    const run = await flow({ flow: 'set', settings: { value: '5' } });
    expect(run).toMatchObject({ state: 'done', kind: 'flow', title: 'set' });
    expect(typed).toEqual(['set 5', 'show']);
    expect(events.map(({ action, attributes }) => [action, attributes['kind'], attributes['step']])).toEqual([
      ['start', 'flow', undefined],
      ['step', 'flow', 'set'],
      ['step', 'flow', 'show'],
      ['end', 'flow', undefined],
    ]);
  });

  it.each<[string, Parameters<Runs['flow']>[1], object]>([
    ['an unknown flow', { flow: 'sett' }, { code: 'input/unknown', field: 'flow' }],
    ['no node', { flow: 'cut' }, { code: 'input/invalid', field: 'node' }],
    ['a node it has not', { flow: 'cut', node: 'node-3' }, { code: 'input/unknown', field: 'node' }],
    ['a node for the lab', { flow: 'set', node: 'node-1' }, { code: 'input/invalid', field: 'node' }],
    ['a setting it has not', { flow: 'cut', node: 'node-1', settings: { a: 1 } }, { field: 'settings.a' }],
    ['what its check refuses', { flow: 'set', settings: { value: 'never' } }, { message: 'Never.' }],
  ])('is refused with %s, and nothing runs', async (_what, asked, error) => {
    await expect(runs.flow('a', asked)).rejects.toMatchObject(error);
    expect([typed, events]).toEqual([[], []]);
  });

  it('is refused while another run changes the lab', async () => {
    const hold = deferred();
    answer = () => hold.promise.then(() => ({}));
    const { runId } = await runs.flow('a', { flow: 'set' });
    await expect(runs.flow('a', { flow: 'set' })).rejects.toMatchObject({ code: 'lab/busy' });
    hold.resolve();
    expect((await runs.done(runId)).state).toBe('done');
  });

  it('that fails is done again on retry, or kept', async () => {
    answer = (words) => (words === 'show' ? { exitCode: 1, stderr: 'no' } : {});
    const failed = await flow({ flow: 'set' });
    expect([failed.state, ...states(failed)]).toEqual(['failed', 'set done', 'show failed']);
    answer = () => ({});
    await runs.retry(failed.id);
    expect((await runs.done(failed.id)).state).toBe('done');
    expect(typed).toEqual(['set x', 'show', 'set x', 'show']);
  });

  it('undone takes back what its steps say, and leaves the lab and its shells alone', async () => {
    answer = (words) => (words === 'show' ? { exitCode: 1 } : {});
    const failed = await flow({ flow: 'set' });
    await runs.undo(failed.id);
    const run = await runs.done(failed.id);
    expect(run.state).toBe('undone');
    expect(run.receipt).toBeUndefined();
    expect(typed).toEqual(['set x', 'show', 'unset']);
    expect(closed).toBe(0);
    expect((await engine.list('a')).nodes).toHaveLength(2);
  });

  it('cuts power by the engine, and tells what a wait came to', async () => {
    answer = (words) => (words === 'after' ? { exitCode: 1 } : {});
    const failed = await flow({ flow: 'cut', node: 'node-2' });
    expect(failed.title).toBe('cut on node-2');
    expect(failed.steps.map(({ note, commands: [first] }) => [note, first?.line])).toEqual([
      ['', 'docker kill a-node-2'],
      ['a', undefined],
      ['', 'after'],
    ]);
    const state = async () => (await engine.list('a')).nodes.find(({ node }) => node === 'node-2')?.state;
    expect(await state()).toBe('stopped');
    await runs.undo(failed.id);
    expect(await state()).toBe('running');
  });
});

describe('flows that follow a deploy', () => {
  const two = [{ do: 'set', with: { value: '1' } }, { do: 'set' }, { do: 'cut', on: 'node-2' }];

  it('are done in order, in the same run, and are no part of the lab', async () => {
    const run = await deploy(two);
    expect([run.state, run.kind]).toEqual(['done', 'deploy']);
    expect(typed).toEqual(['form', 'set 1', 'show', 'set x', 'show', 'after']);
    expect(run.steps.map(({ id }) => id)).toEqual([
      ...['image', 'networks', 'nodes', 'form', 'then-1:set', 'then-1:show', 'then-2:set', 'then-2:show'],
      ...['then-3:cut', 'then-3:told', 'then-3:after'],
    ]);
    const [node] = (await engine.list('a')).nodes;
    expect(JSON.parse(node?.labels[label.spec] ?? '')).not.toHaveProperty('then');
  });

  it.each<[string, RequestInput['then'], string]>([
    ['a flow there is not', [{ do: 'set' }, { do: 'sit' }], 'then.1.do'],
    ['what a check refuses', [{ do: 'set', with: { value: 'never' } }], 'then.0.with.value'],
    ['a node there will not be', [{ do: 'cut', on: 'node-3' }], 'then.0.on'],
  ])('with %s create nothing', async (_what, then, field) => {
    await expect(deploy(then)).rejects.toMatchObject({ field });
    await expect(runs.check({ recipe: 'toy', ...(then === undefined ? {} : { then }) })).rejects.toMatchObject({
      field,
    });
    expect(engine.calls.filter((call) => call.startsWith('create'))).toEqual([]);
  });

  it('that fail go on from the one that failed', async () => {
    let broken = true;
    answer = (words) => (broken && words === 'set x' ? { exitCode: 1, stderr: 'no' } : {});
    const failed = await deploy(two);
    expect(states(failed).slice(4)).toEqual([
      'then-1:set done',
      'then-1:show done',
      'then-2:set failed',
      'then-2:show todo',
    ]);
    broken = false;
    typed = [];
    await runs.retry(failed.id);
    const run = await runs.done(failed.id);
    expect(run.state).toBe('done');
    expect(typed).toEqual(['form', 'set x', 'show', 'after']);
    expect(new Set(run.steps.map(({ id }) => id)).size).toBe(run.steps.length);
  });

  it('that fail are undone with the lab', async () => {
    answer = (words) => (words === 'set x' ? { exitCode: 1 } : {});
    const failed = await deploy(two);
    await runs.undo(failed.id);
    expect((await runs.done(failed.id)).state).toBe('undone');
    expect((await engine.list('a')).nodes).toEqual([]);
  });
});
