import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { detectEngine } from '../../electron/engines/detect.ts';
import { thisHost } from '../../electron/engines/host.ts';
import { Images } from '../../electron/images/images.ts';
import type { LabView } from '../../shared/lab.ts';
import { answer, quorate } from './quorate.ts';
import { findSubjects } from './subjects.ts';

/** One recipe on every engine that this machine has, chosen by `QUORATE_ENGINE` as a user does. */
const resources = join(import.meta.dirname, '..', '..', 'resources', 'images');
const engines = (await findSubjects()).map(({ name }) => name).filter((name) => name !== 'fake');
const lab = 'rel-engine';

describe.each(engines)('%s', (name) => {
  const open = () => detectEngine({ ...thisHost(), env: { ...process.env, QUORATE_ENGINE: name } });

  async function opened() {
    const { engine, health, close } = await open();
    if (engine === null) throw new Error(`${name} has gone: ${health.message}\n${health.tried.join('\n')}`);
    return { engine, close };
  }

  async function left(): Promise<readonly string[]> {
    const { engine, close } = await opened();
    const { nodes, networks } = await engine.list(lab);
    const volumes = await engine.volumes(lab);
    await close();
    return [...nodes.map((node) => node.name), ...networks.map((network) => network.name), ...volumes];
  }

  /** Spares this engine a build that Docker has done. */
  async function copyImage(): Promise<void> {
    const { engine, close } = await opened();
    const tag = await new Images({ engine, resources }).tag('ovn');
    const isThere = await engine.hasImage(tag);
    await close();
    if (isThere || name === 'docker') return;
    const save = spawn('docker', ['save', tag], { stdio: ['ignore', 'pipe', 'ignore'] });
    const load = spawn(name, ['load'], { stdio: [save.stdout, 'ignore', 'ignore'] });
    save.on('error', () => load.kill());
    await once(load, 'close');
  }

  afterEach(async () => {
    process.env['QUORATE_ENGINE'] = name;
    if ((await left()).length > 0) await quorate('destroy', lab, '--yes');
    delete process.env['QUORATE_ENGINE'];
  });

  it('brings a lab up, shows it whole, and destroys it', { timeout: 600_000 }, async () => {
    await copyImage();
    process.env['QUORATE_ENGINE'] = name;
    const deployed = await quorate('deploy', 'ovn-raft', '--name', lab);
    expect(deployed).toMatchObject({ exitCode: 0, stdout: `${lab}\n` });
    const view = await answer<LabView>('inspect', lab);
    expect({ state: view.state, warnings: view.warnings }).toEqual({ state: 'complete', warnings: [] });
    expect(view.nodes.map(({ name: node, state }) => `${node} ${state}`)).toEqual([
      'node-1 running',
      'node-2 running',
      'node-3 running',
    ]);
    const list = await quorate('exec', lab, 'node-2', '--', 'ovn-sbctl', '--bare', '--columns=name', 'list', 'chassis');
    expect(list.stdout.split(/\s+/).filter(Boolean).toSorted()).toEqual(['node-1', 'node-2', 'node-3']);
    await answer('destroy', lab, '--yes');
    expect(await left()).toEqual([]);
  });
});
