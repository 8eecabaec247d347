import { afterEach, expect, it } from 'vitest';
import type { EngineHealth } from '../shared/engine.ts';
import { RpcClient } from '../shared/rpc-client.ts';
import type { LabSummary } from '../shared/lab.ts';
import { deferred } from './deferred.ts';
import type { Detected } from './engines/detect.ts';
import { EngineWatch } from './engines/engine-watch.ts';
import { memoryTransports } from './rpc/memory-transport.ts';
import { serveClient } from './rpc/rpc-server.ts';
import { createWorkbench, type Workbench } from './workbench.ts';

const missing: EngineHealth = {
  state: 'missing',
  engine: null,
  version: null,
  apiVersion: null,
  cores: null,
  memoryMiB: null,
  tried: ['/var/run/docker.sock: no such file'],
  message: 'No container engine was found.',
  fix: 'apt-get install docker.io',
};

let workbench: Workbench;
let client: RpcClient;

afterEach(async () => {
  client.close();
  await workbench.close();
});

/** A workbench whose search for an engine ends when told to. */
function open() {
  const search = deferred<Detected>();
  workbench = createWorkbench({ watch: new EngineWatch(() => search.promise) });
  const [near, far] = memoryTransports();
  serveClient(far, workbench.handlers);
  client = new RpcClient(near);
  return { found: (health: EngineHealth) => search.resolve({ health, engine: null, close: () => Promise.resolve() }) };
}

it('has Home ready before an engine is found, and tells the health as it changes', async () => {
  const { found } = open();
  const healths: EngineHealth[] = [];
  const second = deferred();
  client.subscribe('engine', {}, (health) => {
    healths.push(health);
    if (healths.length === 2) second.resolve();
  });
  const cards = await client.call('recipe.list', {});
  expect(cards.map(({ kind, image, defaultNodes }) => ({ kind, image, defaultNodes }))).toEqual([
    { kind: 'microovn', image: 'unknown', defaultNodes: 3 },
    { kind: 'ovn-raft', image: 'unknown', defaultNodes: 3 },
    { kind: 'lxd', image: 'unknown', defaultNodes: 3 },
    { kind: 'incus', image: 'unknown', defaultNodes: 3 },
  ]);
  found(missing);
  await second.promise;
  expect(healths.map(({ state }) => state)).toEqual(['looking', 'missing']);
  expect(await client.call('engine.look', {})).toMatchObject({ state: 'missing', fix: 'apt-get install docker.io' });
});

it('refuses what needs an engine with its own words while there is none', async () => {
  const { found } = open();
  found(missing);
  await client.call('engine.look', {});
  const refusal = { code: 'engine/unreachable' };
  await expect(client.call('lab.deploy', { recipe: 'ovn-raft' })).rejects.toMatchObject(refusal);
  await expect(client.call('lab.inspect', { lab: 'a' })).rejects.toMatchObject(refusal);
  await expect(client.call('lab.destroy', { lab: 'a' })).rejects.toMatchObject(refusal);
  await expect(client.call('node.act', { lab: 'a', node: 'b', action: 'stop' })).rejects.toMatchObject(refusal);
  const size = { cols: 80, rows: 24 };
  await expect(client.call('terminal.open', { lab: 'a', node: 'b', key: 'k', ...size })).rejects.toMatchObject(refusal);
  const list: (readonly LabSummary[])[] = [];
  client.subscribe('labs', {}, (labs) => list.push(labs));
  expect(await client.call('terminal.list', { lab: 'a' })).toEqual([]);
  expect(list.flat()).toEqual([]);
});

it('names line and field of a lab file that a later check refuses', async () => {
  open().found(missing);
  await client.call('engine.look', {});
  const call = client.call('lab.readFile', { text: 'recipe: ovn-raft\nnodes: 99\n', fileName: 'a.quorate.yaml' });
  await expect(call).rejects.toMatchObject({
    code: 'input/invalid',
    field: 'line 2: nodes',
    message: expect.stringContaining('a.quorate.yaml:2:8: ') as string,
  });
});

it.each(['run', 'terminal'] as const)('ends the topic %s of what is not there', async (name) => {
  open().found(missing);
  const ended = deferred<unknown>();
  const input = { runId: 'none', terminalId: 'none' };
  if (name === 'run') client.subscribe(name, { runId: input.runId }, () => undefined, ended.resolve);
  else client.subscribe(name, { terminalId: input.terminalId }, () => undefined, ended.resolve);
  expect(await ended.promise).toMatchObject({ code: 'input/unknown' });
});
