import { execFile } from 'node:child_process';
import { readdir, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryTransports } from '../../electron/rpc/memory-transport.ts';
import { serveClient } from '../../electron/rpc/rpc-server.ts';
import { createWorkbench } from '../../electron/workbench.ts';
import { RpcClient } from '../../shared/rpc-client.ts';
import type { RunView } from '../../shared/run.ts';
import { until } from '../engine/until.ts';

/** One backend, as a window that stays open for a day has it: labs come and go, and nothing is left of them. */
const lab = 'rel-rounds';
const rounds = 20;
const run = promisify(execFile);
const workbench = createWorkbench();
const [near, far] = memoryTransports();
serveClient(far, workbench.handlers);
const client = new RpcClient(near);

beforeAll(() => client.call('engine.look', {}));
afterAll(async () => {
  const { nodes, networks } = await workbench.engine.list(lab);
  for (const { id } of nodes) await workbench.engine.removeNode(id);
  for (const { name } of networks) await workbench.engine.removeNetwork(name);
  client.close();
  await workbench.close();
});

/** Resolves when the run is done. @throws with its error when it ends otherwise */
async function finished(runId: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const undo = client.subscribe('run', { runId }, (view: RunView) => {
      if (view.state === 'running' || view.state === 'undoing') return;
      queueMicrotask(() => undo());
      if (view.state === 'done') resolve();
      else reject(new Error(`${view.title} ended ${view.state}: ${JSON.stringify(view.error)}`));
    });
  });
}

async function round(nodes: number): Promise<void> {
  await finished((await client.call('lab.deploy', { recipe: 'ovn-raft', name: lab, nodes })).runId);
  // Somebody looks at it, types in it, and leaves both open.
  const unwatch = client.subscribe('lab', { lab }, () => undefined);
  await client.call('terminal.open', { lab, node: 'node-1', key: `round-${nodes}`, cols: 80, rows: 24 });
  await finished((await client.call('lab.destroy', { lab })).runId);
  unwatch();
}

const lines = async (...words: string[]) => (await run('docker', words)).stdout.trim().split('\n').toSorted();

/** All that an engine keeps. Containers and networks of ours only: others may work beside this test. */
async function kept() {
  const ours = ['--filter', `label=io.quorate.lab=${lab}`];
  const [containers, networks, volumes, images] = await Promise.all([
    lines('ps', '--all', '--quiet', ...ours),
    lines('network', 'ls', '--quiet', ...ours),
    lines('volume', 'ls', '--quiet'),
    lines('images', '--all', '--quiet', '--no-trunc'),
  ]);
  return { containers, networks, volumes, images };
}

/** More than the pool of connections to the engine keeps open for the next call. */
const calls = 32;

/**
 * Open files of this process, sockets counted, the rest by what they are. The pool is filled first: how full it is else depends on how
 * many calls once happened to coincide, not on how many rounds there were.
 */
async function openFiles(): Promise<{ sockets: number; others: number }> {
  await Promise.all(Array.from({ length: calls }, () => workbench.engine.list(lab)));
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  const sockets = targets.filter((target) => target.startsWith('socket:')).length;
  return { sockets, others: targets.filter((target) => target !== '').length - sockets };
}

it(`leaves the engine and itself as they were after ${rounds} rounds`, { timeout: 600_000 }, async () => {
  // The first ones build the image and open what stays open: the events.
  await round(3);
  await round(1);
  const [before, files] = [await kept(), await openFiles()];
  for (let count = 1; count <= rounds; count++) await round(count % 10 === 0 ? 3 : 1);
  expect(await kept()).toEqual(before);
  let now = files;
  await until(
    async () => ((now = await openFiles()).sockets <= files.sockets && now.others <= files.others) || null,
    () => ({ before: files, now }),
  );
  expect(await client.call('terminal.list', { lab })).toEqual([]);
});
