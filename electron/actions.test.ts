import { beforeEach, expect, it } from 'vitest';
import type { NodeState } from '../shared/lab.ts';
import type { NodeAction } from '../shared/rpc.ts';
import { actOnLab, actOnNode, type ActionDeps } from './actions.ts';
import type { FoundNode } from './engines/engine.ts';
import { label } from './engines/labels.ts';

let calls: string[] = [];
let exitCode = 0;

beforeEach(() => {
  calls = [];
  exitCode = 0;
});

const both = [
  { network: 'a-mgmt', address: '10.0.0.11' },
  { network: 'a-underlay', address: '10.0.1.11' },
];

function node(name: string, state: NodeState, attached: FoundNode['attached'] = both): FoundNode {
  return {
    id: `id-${name}`,
    name: `a-${name}`,
    lab: 'a',
    node: name,
    state,
    since: null,
    exitCode: null,
    createdAt: 0,
    memoryMiB: 128,
    attached,
    labels: {
      [label.recipe]: 'microovn',
      [label.addresses]: JSON.stringify(Object.fromEntries(both.map(({ network, address }) => [network, address]))),
    },
  };
}

/** An engine that writes down what it is told. */
function deps(...nodes: FoundNode[]): ActionDeps {
  const write =
    (what: string) =>
    (...words: unknown[]): Promise<void> => {
      calls.push([what, ...words].join(' '));
      return Promise.resolve();
    };
  return {
    engine: {
      start: write('start'),
      stop: write('stop'),
      kill: write('kill'),
      pause: write('pause'),
      unpause: write('unpause'),
      connect: write('connect'),
      disconnect: write('disconnect'),
      exec: async (id, command) => {
        await write('exec')(id, ...command);
        return { exitCode, stdout: 'out', stderr: 'err', timedOut: false };
      },
    },
    labs: { find: () => Promise.resolve({ nodes, networks: [], missing: [] }) },
    recipes: new Map([['microovn', { afterRestore: (name) => [{ node: name, words: ['move-addresses', name] }] }]]),
  };
}

const right = 'exec id-n move-addresses n';
it.each<[NodeAction, NodeState, string[]]>([
  ['stop', 'running', ['stop id-n 5']],
  ['stop', 'paused', ['stop id-n 5']],
  ['stop', 'stopped', []],
  ['start', 'stopped', ['start id-n', right]],
  ['start', 'created', ['start id-n', right]],
  ['start', 'running', []],
  ['restart', 'running', ['stop id-n 5', 'start id-n', right]],
  ['restart', 'stopped', ['start id-n', right]],
  ['kill', 'running', ['kill id-n']],
  ['kill', 'paused', ['kill id-n']],
  ['kill', 'stopped', []],
  ['pause', 'running', ['pause id-n']],
  ['pause', 'paused', []],
  ['resume', 'paused', ['unpause id-n']],
  ['resume', 'running', []],
  ['cut', 'running', ['disconnect id-n a-mgmt', 'disconnect id-n a-underlay']],
  ['cut', 'stopped', ['disconnect id-n a-mgmt', 'disconnect id-n a-underlay']],
  ['restore', 'running', []],
])('%s of a %s node tells the engine what is needed and no more', async (action, state, told) => {
  await actOnNode(deps(node('n', state)), 'a', 'n', action);
  expect(calls).toEqual(told);
});

it.each<[NodeAction, NodeState, string, string]>([
  ['start', 'paused', 'n is paused.', '`quorate resume a n` first.'],
  ['restart', 'paused', 'n is paused.', '`quorate resume a n` first.'],
  ['pause', 'stopped', 'n does not run.', '`quorate start a n` first.'],
  ['resume', 'stopped', 'n does not run.', '`quorate start a n` first.'],
  ['pause', 'created', 'n does not run.', '`quorate start a n` first.'],
])('refuses to %s a %s node and names the way', async (action, state, message, fix) => {
  const acting = actOnNode(deps(node('n', state)), 'a', 'n', action);
  await expect(acting).rejects.toMatchObject({ code: 'input/invalid', message, fix, field: 'action' });
  expect(calls).toEqual([]);
});

it('gives a cut node back the networks it lacks, each with its own address, and puts it to rights', async () => {
  await actOnNode(deps(node('n', 'running', both.slice(0, 1))), 'a', 'n', 'restore');
  expect(calls).toEqual(['connect id-n a-underlay 10.0.1.11', right]);
  calls = [];
  await actOnNode(deps(node('n', 'stopped', [])), 'a', 'n', 'restore');
  expect(calls).toEqual(['connect id-n a-mgmt 10.0.0.11', 'connect id-n a-underlay 10.0.1.11']);
});

it('starts a cut node without touching networks it does not have', async () => {
  await actOnNode(deps(node('n', 'stopped', [])), 'a', 'n', 'start');
  expect(calls).toEqual(['start id-n']);
});

it('tells when the networks could not be put to rights, with the output', async () => {
  exitCode = 4;
  const acting = actOnNode(deps(node('n', 'stopped')), 'a', 'n', 'start');
  await expect(acting).rejects.toMatchObject({
    code: 'command/failed',
    message: 'On n, "move-addresses n" ended with 4.',
    detail: 'outerr',
  });
});

it('names the nodes there are for one that is not', async () => {
  const acting = actOnNode(deps(node('x', 'running'), node('y', 'running')), 'a', 'n', 'stop');
  await expect(acting).rejects.toMatchObject({
    code: 'input/unknown',
    field: 'node',
    message: expect.stringContaining('it has x, y') as string,
  });
});

it('stops and starts a whole lab, frozen nodes too', async () => {
  const all = deps(node('x', 'running'), node('y', 'stopped'), node('z', 'paused'));
  await actOnLab(all, 'a', 'stop');
  expect(calls.sort()).toEqual(['stop id-x 5', 'stop id-z 5']);
  calls = [];
  await actOnLab(all, 'a', 'start');
  expect(calls.sort()).toEqual(['exec id-y move-addresses y', 'start id-y', 'unpause id-z']);
});
