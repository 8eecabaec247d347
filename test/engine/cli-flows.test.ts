import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../electron/engines/detect.ts';
import type { Engine } from '../../electron/engines/engine.ts';
import { recipes } from '../../electron/recipes/index.ts';
import type { FlowInfo } from '../../shared/recipe.ts';
import type { Receipt, RunView } from '../../shared/run.ts';
import { answer, quorate } from './quorate.ts';

const own = `door-do-${randomBytes(3).toString('hex')}`;
const folder = mkdtempSync(join(tmpdir(), 'door-do-'));
const file = join(folder, 'then.quorate.yaml');
let engine: Engine;

beforeAll(async () => {
  const build = join(import.meta.dirname, '..', '..', 'electron', 'setup', 'build.mjs');
  await promisify(execFile)(process.execPath, [build]);
  engine = await openEngine();
});

afterAll(async () => {
  const { nodes, networks } = await engine.list(own);
  for (const node of nodes) await engine.removeNode(node.id);
  for (const network of networks) await engine.removeNetwork(network.name);
  engine.close();
  rmSync(folder, { recursive: true });
});

describe('what users of a product do with it', () => {
  it('follows a deploy, as its lab file says', async () => {
    const text = `recipe: lxd\nname: ${own}\nnodes: 1\nthen:\n  - { do: max-standby, with: { value: 3 } }\n`;
    writeFileSync(file, text);
    const { exitCode: code, stdout: out, stderr: err } = await quorate('deploy', file);
    expect({ code, out }).toEqual({ code: 0, out: `${own}\n` });
    expect(err).toContain('Set cluster.max_standby to 3');
    expect((await quorate('exec', own, 'node-1', 'lxc', 'config', 'get', 'cluster.max_standby')).stdout).toBe('3\n');
  });

  it('is listed with its settings, also as JSON', async () => {
    const { exitCode: code, stdout: out } = await quorate('do', own);
    expect(code).toBe(0);
    expect(out).toMatch(/^Settings\n {2}max-voters {2}Set cluster.max_voters\n/);
    expect(out).toContain('--set value=text ("3")');
    expect(out).toMatch(/\n {2}evacuate NODE {2}/);
    const flows = await answer<readonly FlowInfo[]>('do', own);
    expect(flows.map(({ id }) => id)).toEqual(recipes.get('lxd')?.info.flows.map(({ id }) => id));
    expect((await quorate('recipes')).stdout).toContain('evacuate NODE');
    expect((await quorate('do', '--help')).stdout).toContain('quorate do lxd-1 max-voters --set value=5');
  });

  it('is done: what was typed and said on stdout, progress on stderr', async () => {
    const {
      exitCode: code,
      stdout: out,
      stderr: err,
    } = await quorate('do', own, 'storage-pool', '--set', 'name=pool-1');
    expect(code).toBe(0);
    expect(out).toContain('node-1$ lxc storage create --target node-1 pool-1 dir\n');
    expect(out).toContain('Storage pool pool-1 pending on member node-1\n');
    expect(err).toMatch(/^✓ 1\/4 /);
    expect(await quorate('do', own, 'storage-pool', '--set', 'name=pool-1')).toMatchObject({
      ...{
        exitCode: 2,
        stdout: '',
        stderr: expect.stringContaining('Storage pool pool-1 is there already.') as string,
      },
    });
  });

  it('that loses data is done without a question where nobody can be asked', async () => {
    const { exitCode: code, stdout: out } = await quorate(
      'do',
      own,
      'delete-storage-pool',
      '--set',
      'name=pool-1',
      '--json',
    );
    const run = JSON.parse(out) as RunView;
    expect({ code, state: run.state, kind: run.kind }).toEqual({ code: 0, state: 'done', kind: 'flow' });
    expect(run.steps[0]?.commands).toMatchObject([{ line: 'lxc storage delete pool-1', state: 'done' }]);
  });

  it('and is refused, is told in the product’s own words', async () => {
    const says = "cannot set 'cluster.max_voters' to '4': Value must be an odd number equal to or higher than 3";
    const { exitCode: code, stdout: out, stderr: err } = await quorate('do', own, 'max-voters', '--set', 'value=4');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`quorate: ${says}\n  Error: ${says}\n  fix: Allowed is an odd number`);
    const { stdout: document } = await quorate('do', own, 'max-voters', '--set', 'value=4', '--json');
    expect(JSON.parse(document)).toMatchObject({ error: { code: 'command/failed', message: says } });
  });

  it.each<[string, string[], string]>([
    ['an unknown flow', ['max-voter'], `fix: \`quorate do ${own} max-voters\``],
    ['a flow without its node', ['evacuate'], '«evacuate» needs a node'],
    ['an unknown node', ['evacuate', 'node-7'], 'There is no node «node-7»'],
    ['a node for the lab', ['max-voters', 'node-1'], 'for the whole lab'],
    ['an unknown setting', ['max-voters', '--set', 'colour=red'], 'This flow has no setting «colour»'],
    ['half a setting', ['max-voters', '--set', 'value'], '--set key=value'],
    ['what cannot be', ['recover-quorum', 'node-1', '--yes'], 'A majority is there'],
    ['what its nodes may not do', ['launch'], 'without «Run instances»'],
  ])('is bad input with %s', async (_what, words, says) => {
    const { exitCode: code, stdout: out, stderr: err } = await quorate('do', own, ...words);
    expect(err).toContain(says);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('is completed: flows, and nodes where one is due', async () => {
    const complete = async (...words: string[]) =>
      (await quorate('__complete', '--', 'do', ...words)).stdout.trim().split('\n');
    expect(await complete(own, '')).toContain('max-voters');
    expect(await complete(own, 'evacuate', '')).toEqual(['node-1']);
    expect(await complete(own, 'max-voters', '')).toEqual(['']);
    expect(await complete(own, '--set', 'a=b', 'evacuate', '')).toEqual(['node-1']);
    expect(await complete(own, 'evacuate', 'node-1', '-')).toContain('--set');
  });

  it('goes with its lab', async () => {
    const [destroyed] = await answer<readonly { receipt: Receipt }[]>('destroy', own);
    expect(destroyed?.receipt.remained).toEqual([]);
    expect((await engine.list(own)).nodes).toEqual([]);
  });
});
