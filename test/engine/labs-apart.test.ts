import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openEngine } from '../../electron/engines/detect.ts';
import type { Engine, Found } from '../../electron/engines/engine.ts';
import { chooseSubnets, hostSubnets, subnetsOf } from '../../electron/subnets.ts';
import type { LabView } from '../../shared/lab.ts';
import { answer, quorate } from './quorate.ts';

/** Labs beside each other, made by processes that know nothing of each other. Containers of these labs begin with `rel-`. */
const [one, other] = ['rel-one', 'rel-other'] as const;
const foreign = 'rel-foreign';
const run = promisify(execFile);
let engine: Engine;

const left = async (lab: string) => {
  const { nodes, networks } = await engine.list(lab);
  return [...nodes.map(({ name }) => name), ...networks.map(({ name }) => name)].toSorted();
};

async function removeAll(): Promise<void> {
  for (const lab of [one, other]) if ((await left(lab)).length > 0) await quorate('destroy', lab, '--yes');
  await engine.removeNetwork(foreign);
}

/** Names and ids: the same only while nobody touched them. */
const identity = ({ nodes, networks }: Found) => ({
  nodes: nodes.map(({ id, name, state, since }) => ({ id, name, state, since })),
  networks: networks.map(({ id, name }) => ({ id, name })),
});

beforeAll(async () => {
  engine = await openEngine();
  await removeAll();
});
afterEach(removeAll);
afterAll(() => engine.close());

async function health(lab: string) {
  const { state, warnings, databases } = await answer<LabView>('inspect', lab);
  const replicas = databases.map((one) => one.replicas.map(({ node, role, answers }) => ({ node, role, answers })));
  return { state, warnings, replicas };
}

async function inNode(lab: string, ...words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await quorate('exec', lab, 'node-1', '--', ...words);
  expect({ words, exitCode, stderr }).toMatchObject({ words, exitCode: 0 });
  return stdout;
}

it(
  'keeps two labs apart that two processes deploy at once, beside a network that was there',
  { timeout: 240_000 },
  async () => {
    const roles = ['mgmt', 'underlay'];
    const used = [...(await hostSubnets()), ...(await engine.subnets()).map(({ subnet }) => subnet)];
    // The second half of the pair that would come next: neither half may be taken then.
    const next = chooseSubnets(used, roles);
    await run('docker', ['network', 'create', '--subnet', `${next['underlay']}.0/24`, foreign]);

    const deploy = (lab: string) => quorate('deploy', 'microovn', '--name', lab, '--nodes', '2');
    const deployed = await Promise.all([deploy(one), deploy(other)]);
    for (const { exitCode, stderr } of deployed) if (exitCode !== 0) throw new Error(stderr);

    const found = await Promise.all([one, other].map((lab) => engine.list(lab)));
    const subnets = found.flatMap((each) => Object.values(subnetsOf(each, roles) ?? {}));
    expect(new Set([...subnets, next['mgmt'], next['underlay']]).size).toBe(6);

    const lists = await Promise.all([one, other].map((lab) => inNode(lab, 'microovn', 'cluster', 'list')));
    for (const [at, list] of lists.entries()) {
      expect(list).toContain(`${subnets[at * 2]}.11`);
      expect(list).toContain(`${subnets[at * 2]}.12`);
      expect(list).not.toContain(`${subnets[2 - at * 2]}.1`);
    }
    const authorities = await Promise.all(
      [one, other].map((lab) => inNode(lab, 'cat', '/var/snap/microovn/common/data/pki/cacert.pem')),
    );
    expect(authorities[0]).toContain('BEGIN CERTIFICATE');
    expect(authorities[0]).not.toBe(authorities[1]);

    // A token lets in nobody but who it was made for: not a node of the lab beside.
    const token = (await inNode(one, 'microovn', 'cluster', 'add', 'node-9')).trim();
    expect((await quorate('exec', other, 'node-2', '--', 'microovn', 'cluster', 'join', token)).exitCode).not.toBe(0);
    expect(await inNode(other, 'microovn', 'cluster', 'list')).not.toContain('node-9');

    const before = { found: identity(await engine.list(other)), health: await health(other) };
    expect(before.health.state).toBe('complete');
    await answer('destroy', one, '--yes');
    expect(await left(one)).toEqual([]);
    expect({ found: identity(await engine.list(other)), health: await health(other) }).toEqual(before);
    expect((await engine.subnets()).filter(({ name }) => name === foreign)).toHaveLength(1);
  },
);

it('gives a name that two processes ask for at once to one of them', { timeout: 240_000 }, async () => {
  for (let round = 1; round <= 3; round++) {
    const deploy = () => quorate('deploy', 'ovn-raft', '--name', one, '--nodes', '2');
    const [won, lost] = (await Promise.all([deploy(), deploy()])).toSorted((a, b) => a.exitCode - b.exitCode);
    if (won?.exitCode !== 0) throw new Error(`Round ${round}: nobody won.\n${won?.stderr}\n${lost?.stderr}`);
    expect({ round, exitCode: lost?.exitCode }).toEqual({ round, exitCode: 2 });
    expect(lost?.stderr).toContain(`A lab named ${one} is there already.`);
    expect(await left(one)).toEqual([`${one}-mgmt`, `${one}-node-1`, `${one}-node-2`, `${one}-underlay`]);
    expect((await answer<LabView>('inspect', one)).state).toBe('complete');
    await answer('destroy', one, '--yes');
    expect(await left(one)).toEqual([]);
  }
});
