import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { recipes } from '../../electron/recipes/index.ts';
import type { LabView } from '../../shared/lab.ts';
import { quorumOf } from '../../shared/quorum.ts';
import { answer, quorate } from './quorate.ts';

let lab: string | null = null;

afterEach(async () => {
  if (lab !== null) await quorate('destroy', lab);
  lab = null;
});

test.each([...recipes.keys()])('the script of %s brings the lab up without Quorate', async (kind) => {
  const { stdout: script } = await quorate('script', kind);
  lab = /label=io\.quorate\.lab=([^ )]+)/.exec(script)?.[1] ?? null;
  expect(lab).not.toBeNull();
  await promisify(execFile)('sh', ['-c', script], { timeout: 100_000 });

  const view = await answer<LabView>('inspect', lab ?? '');
  expect(view.state).toBe('complete');
  expect(view.nodes.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'node-1 running',
    'node-2 running',
    'node-3 running',
  ]);
  for (const database of view.databases) {
    expect(quorumOf(database)).toMatchObject({ state: 'quorum', answering: 3, mayLose: 1 });
  }
});
