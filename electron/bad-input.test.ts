import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeEngine } from '../test/fakes/fake-engine.ts';
import type { EngineHealth } from '../shared/engine.ts';
import { RpcClient } from '../shared/rpc-client.ts';
import type { CallInput, CallName } from '../shared/rpc.ts';
import { labLabels } from './engines/labels.ts';
import { EngineWatch } from './engines/engine-watch.ts';
import { memoryTransports } from './rpc/memory-transport.ts';
import { serveClient } from './rpc/rpc-server.ts';
import { createWorkbench, type Workbench } from './workbench.ts';

/** What a page, or whoever has its token, may send: through the whole backend, on an engine that holds one lab. */
const ready: EngineHealth = {
  state: 'ready',
  engine: 'fake',
  version: '1',
  apiVersion: '1',
  cores: 2,
  memoryMiB: 2048,
  tried: [],
  message: '',
  fix: '',
};
const engine = new FakeEngine();
let workbench: Workbench;
let client: RpcClient;
let before: unknown;

/** Everything the engine holds. */
const everything = async () => ({ ...(await engine.list()), subnets: await engine.subnets() });

beforeAll(async () => {
  const { signal } = new AbortController();
  const request = { name: 'mine', recipe: 'ovn-raft', nodes: 1, memoryMiB: 256, settings: {} };
  const mine = { lab: 'mine', labels: labLabels(request, { role: 'mgmt' }) };
  await engine.createNetwork(
    { ...mine, name: 'mine-mgmt', role: 'mgmt', subnet: '172.28.0.0/24', internal: false },
    signal,
  );
  engine.images.add('i');
  const limits = { memoryMiB: 256, pids: 100, needs: [], environment: {}, networks: [] };
  const labels = labLabels(request, { role: 'node', node: 'node-1' });
  await engine.createNode({ ...mine, ...limits, labels, name: 'mine-node-1', node: 'node-1', image: 'i' }, signal);
  before = await everything();
  const detected = { health: ready, engine, close: () => Promise.resolve() };
  workbench = createWorkbench({ watch: new EngineWatch(() => Promise.resolve(detected)) });
  const [near, far] = memoryTransports();
  serveClient(far, workbench.handlers);
  client = new RpcClient(near);
  await client.call('engine.look', {});
});

afterAll(async () => {
  client.close();
  await workbench.close();
});

const nested = (depth: number): unknown => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));
const deploy = (input: object) => ['lab.deploy', { recipe: 'ovn-raft', ...input }] as const;
const act = (input: object) => ['node.act', { lab: 'mine', node: 'node-1', action: 'stop', ...input }] as const;
const open = (input: object) =>
  ['terminal.open', { lab: 'mine', node: 'node-1', key: 'k', cols: 80, rows: 24, ...input }] as const;

const bad: (readonly [what: string, call: readonly [CallName, unknown], code: string, field: string | undefined])[] = [
  ['a name with a space', deploy({ name: 'my lab' }), 'input/invalid', 'name'],
  ['a name with quotes', deploy({ name: `a"b'c` }), 'input/invalid', 'name'],
  ['a name with ;', deploy({ name: 'a;reboot' }), 'input/invalid', 'name'],
  ['a name with $(…)', deploy({ name: '$(reboot)' }), 'input/invalid', 'name'],
  ['a name in unicode', deploy({ name: 'läb-🦆' }), 'input/invalid', 'name'],
  ['a name turned right to left', deploy({ name: 'a\u202eb' }), 'input/invalid', 'name'],
  ['a name of 300 characters', deploy({ name: 'a'.repeat(300) }), 'input/invalid', 'name'],
  ['a name that is there', deploy({ name: 'mine' }), 'input/taken', 'name'],
  ['a name that is a list', deploy({ name: ['a'] }), 'input/invalid', 'name'],
  ['0 nodes', deploy({ nodes: 0 }), 'input/invalid', 'nodes'],
  ['-1 nodes', deploy({ nodes: -1 }), 'input/invalid', 'nodes'],
  ['1.5 nodes', deploy({ nodes: 1.5 }), 'input/invalid', 'nodes'],
  ['1e9 nodes', deploy({ nodes: 1e9 }), 'input/invalid', 'nodes'],
  ['NaN nodes (null on the wire)', deploy({ nodes: Number.NaN }), 'input/invalid', 'nodes'],
  ['nodes in words', deploy({ nodes: 'three' }), 'input/invalid', 'nodes'],
  ['nodes in hexadecimal', deploy({ nodes: '0x3' }), 'input/invalid', 'nodes'],
  ['nested nodes', deploy({ nodes: nested(50) }), 'input/invalid', 'nodes'],
  ['memory of 1 TiB', deploy({ memoryMiB: 1_048_576 }), 'input/invalid', 'memoryMiB'],
  ['an unknown recipe', deploy({ recipe: 'kubernetes' }), 'input/unknown', 'recipe'],
  ['a recipe that is a path', deploy({ recipe: '../../etc' }), 'input/unknown', 'recipe'],
  ['a recipe that is a number', deploy({ recipe: 7 }), 'input/invalid', 'recipe'],
  ['no recipe', ['lab.deploy', { name: 'a' }], 'input/invalid', 'recipe'],
  ['a further key', deploy({ privileged: true }), 'input/invalid', 'privileged'],
  ['an unknown setting', deploy({ settings: { colour: 'red' } }), 'input/unknown', 'settings.colour'],
  ['a setting of the prototype', deploy({ settings: { toString: 'x' } }), 'input/unknown', 'settings.toString'],
  ['a setting named constructor', deploy({ settings: { constructor: 'x' } }), 'input/unknown', 'settings.constructor'],
  ['a setting named prototype', deploy({ settings: { prototype: 'x' } }), 'input/unknown', 'settings.prototype'],
  [
    'a setting named __proto__',
    deploy({ settings: JSON.parse('{"__proto__":"x"}') as object }),
    'input/unknown',
    'settings.__proto__',
  ],
  [
    'a lab file with a setting named constructor',
    ['lab.readFile', { text: 'recipe: ovn-raft\nsettings:\n  constructor: x\n', fileName: 'a.yaml' }],
    'input/unknown',
    'line 3: settings.constructor',
  ],
  ['a further key of the prototype', deploy({ constructor: 'x' }), 'input/invalid', 'constructor'],
  ['a nested setting', deploy({ settings: { demo: nested(50) } }), 'input/invalid', 'settings.demo'],
  ['settings that are a text', deploy({ settings: 'demo' }), 'input/invalid', 'settings'],
  ['a list for an input', ['lab.deploy', [{ recipe: 'ovn-raft' }]], 'input/invalid', 'recipe'],
  ['a check of a bad name', ['lab.check', { recipe: 'ovn-raft', name: 'A' }], 'input/invalid', 'name'],
  ['a lab file that is none', ['lab.readFile', { text: '{{{', fileName: 'a.yaml' }], 'input/invalid', 'line 1'],
  ['a lab file that is a number', ['lab.readFile', { text: 1, fileName: 'a.yaml' }], 'input/invalid', 'text'],
  ['a look at an unknown lab', ['lab.inspect', { lab: 'other' }], 'input/unknown', 'lab'],
  ['the end of an unknown lab', ['lab.destroy', { lab: 'mine; reboot' }], 'input/unknown', 'lab'],
  ['the end of a lab and more', ['lab.destroy', { lab: 'mine', all: true }], 'input/invalid', 'all'],
  ['the finish of an unknown lab', ['lab.finish', { lab: '' }], 'input/unknown', 'lab'],
  ['growth of an unknown lab', ['member.add', { lab: 'other' }], 'input/unknown', 'lab'],
  ['removal of an unknown node', ['member.remove', { lab: 'mine', node: 'node-7' }], 'input/unknown', 'node'],
  [
    'removal by a force that is a word',
    ['member.remove', { lab: 'mine', node: 'node-1', force: 'yes' }],
    'input/invalid',
    'force',
  ],
  ['a flow of an unknown lab', ['lab.flow', { lab: 'other', flow: 'max-voters' }], 'input/unknown', 'lab'],
  ['an unknown flow', ['lab.flow', { lab: 'mine', flow: '__proto__' }], 'input/unknown', 'flow'],
  ['a flow that is a list', ['lab.flow', { lab: 'mine', flow: ['a'] }], 'input/invalid', 'flow'],
  ['an unknown flow to follow', deploy({ then: [{ do: 'constructor' }] }), 'input/unknown', 'then.0.do'],
  ['a flow to follow that is a text', deploy({ then: ['evacuate'] }), 'input/invalid', 'then.0'],
  ['flows to follow that are a text', deploy({ then: 'evacuate' }), 'input/invalid', 'then'],
  ['a thousand flows to follow', deploy({ then: Array(1000).fill({ do: 'a' }) }), 'input/invalid', 'then'],
  [
    'a flow on a node that will not be',
    deploy({ recipe: 'lxd', then: [{ do: 'evacuate', on: '$(reboot)' }] }),
    'input/unknown',
    'then.0.on',
  ],
  [
    'a setting of a flow that is of the prototype',
    deploy({ recipe: 'lxd', then: [{ do: 'max-voters', with: { toString: 'x' } }] }),
    'input/unknown',
    'then.0.with.toString',
  ],
  ['an unknown action', act({ action: 'explode' }), 'input/invalid', 'action'],
  ['an action on an unknown node', act({ node: 'node-7' }), 'input/unknown', 'node'],
  ['an action on an unknown lab', act({ lab: 'other' }), 'input/unknown', 'lab'],
  ['all of a lab killed at once', ['lab.act', { lab: 'mine', action: 'kill' }], 'input/invalid', 'action'],
  ['a terminal of 1e9 columns', open({ cols: 1e9 }), 'input/invalid', 'cols'],
  ['a terminal on an unknown node', open({ node: '$(reboot)' }), 'input/unknown', 'node'],
  ['logs of an unknown lab', ['node.logs', { lab: 'other', node: 'node-1' }], 'input/unknown', 'lab'],
  ['a script of an unknown recipe', ['lab.script', { recipe: 'other' }], 'input/unknown', 'recipe'],
  ['an unknown run', ['run.cancel', { runId: 'run-0' }], 'input/unknown', 'runId'],
  [
    'a command before the first',
    ['run.reveal', { runId: 'run-0', step: 'a', command: -1 }],
    'input/invalid',
    'command',
  ],
];

it.each(bad)('refuses %s, names the field and changes nothing', async (_what, [name, input], code, field) => {
  // What a page of ours cannot send is sent on purpose.
  await expect(client.call(name, input as CallInput<CallName>)).rejects.toMatchObject({ code, field });
  expect(await everything()).toEqual(before);
});
