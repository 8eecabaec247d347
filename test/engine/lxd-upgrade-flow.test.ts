import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngine } from '../../electron/engines/detect.ts';
import type { Engine } from '../../electron/engines/engine.ts';
import type { LabView } from '../../shared/lab.ts';
import { answer, quorate } from './quorate.ts';

const lab = `upgrade-${randomBytes(3).toString('hex')}`;
let engine: Engine;

beforeAll(async () => {
  const build = join(import.meta.dirname, '..', '..', 'electron', 'setup', 'build.mjs');
  await promisify(execFile)(process.execPath, [build]);
  engine = await openEngine();
});
afterAll(async () => {
  await quorate('destroy', lab, '--yes');
  const { nodes, networks } = await engine.list(lab);
  const left = [...nodes.map(({ name }) => name), ...networks.map(({ name }) => name), ...(await engine.volumes(lab))];
  engine.close();
  expect(left).toEqual([]);
});

it('a user upgrades Incus member by member, and sees who is Blocked meanwhile', { timeout: 400_000 }, async () => {
  expect(await quorate('deploy', 'incus', '--name', lab, '--nodes', '2')).toMatchObject({ exitCode: 0 });
  expect(await engine.volumes(lab)).toEqual([`${lab}-node-1-data`, `${lab}-node-2-data`]);
  await quorate('exec', lab, 'node-1', '--', 'incus', 'config', 'set', 'user.kept', 'yes');

  const first = await quorate('do', lab, 'upgrade', 'node-2', '--yes');
  expect(first).toMatchObject({ exitCode: 0 });
  expect(first.stdout).toContain('Wait for other cluster nodes to upgrade their versions');
  const { members } = await answer<LabView>('inspect', lab);
  expect(members.map(({ name, status, message }) => [name, status, message])).toEqual([
    ['node-1', 'Blocked', 'Needs updating to newer version'],
    ['node-2', 'Online', 'Fully operational'],
  ]);

  const second = await quorate('do', lab, 'upgrade', 'node-1', '--yes');
  expect(second).toMatchObject({ exitCode: 0 });
  const ready = await quorate('exec', lab, 'node-2', '--', 'incus', 'admin', 'waitready', '--timeout=90');
  expect(ready).toMatchObject({ exitCode: 0 });
  const kept = await quorate('exec', lab, 'node-2', '--', 'incus', 'config', 'get', 'user.kept');
  expect(kept.stdout).toBe('yes\n');
  const whole = await answer<LabView>('inspect', lab);
  expect(whole.members.map(({ name, status }) => [name, status])).toEqual([
    ['node-1', 'Online'],
    ['node-2', 'Online'],
  ]);
});
