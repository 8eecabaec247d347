import { afterEach, describe, expect, it } from 'vitest';
import type { Step } from '../../electron/flows/step.ts';
import { lxdDialect } from '../../electron/recipes/lxd/dialect.ts';
import { lxd } from '../../electron/recipes/lxd/lxd.ts';
import { bootstrapTemplate, joinTemplate } from '../../electron/recipes/lxd/preseed.ts';
import type { Recipe } from '../../electron/recipes/recipe.ts';
import { lxdSuite } from './lxd-works.ts';
import { openLab, type OpenLab } from './recipe-suite-lab.ts';
import { recipeSuite } from './recipe-suite.ts';
import { until } from './until.ts';

recipeSuite({ ...lxdSuite(lxdDialect), settings: { offlineThreshold: 11 } });

let open: OpenLab | null = null;
afterEach(() => open?.close());

async function lab(recipe: Recipe = lxd): Promise<OpenLab> {
  open = await openLab(`rec-lxd-more-${process.pid}`, recipe.image, new Map([['lxd', recipe]]));
  return open;
}

const printed = async ({ exec }: OpenLab, node: string, ...command: string[]) =>
  (await exec(node, ...command)).stdout.trim();

/** Roles of the database as LXD lists them, in order, e.g. `database database-leader,database`. */
async function roles(of: OpenLab): Promise<readonly string[]> {
  const members = JSON.parse(await printed(of, 'node-2', 'lxc', 'cluster', 'list', '--format', 'json')) as readonly {
    readonly roles: readonly string[];
  }[];
  return members.map((member) => member.roles.join()).toSorted();
}

describe('a cluster', () => {
  it('of seven has three voters, two stand-bys and two spares', { timeout: 180_000 }, async () => {
    const seven = await lab();
    await seven.done(seven.runs.deploy({ recipe: 'lxd', name: seven.name, nodes: 7 }));
    expect(await roles(seven)).toEqual([
      ...['', '', 'database', 'database', 'database-leader,database', 'database-standby', 'database-standby'],
    ]);
  });

  it('of five is formed by one’s own preseeds, by password, with clients on another network', async () => {
    const five = await lab();
    const settings = {
      separate: true,
      bootstrapPreseed: bootstrapTemplate(lxdDialect, 'password', true).replace('interval: 15', 'interval: 31'),
      joinPreseed: joinTemplate('password'),
    };
    const run = await five.done(five.runs.deploy({ recipe: 'lxd', name: five.name, nodes: 5, settings }));
    expect(await roles(five)).toEqual([
      ...['database', 'database', 'database-leader,database', 'database-standby', 'database-standby'],
    ]);
    const get = (key: string) => printed(five, 'node-5', 'lxc', 'config', 'get', key);
    // What a member that joined says of it is what it knew before, until the next change: its database knows.
    const interval = "SELECT value FROM config WHERE key = 'images.auto_update_interval'";
    expect(await printed(five, 'node-5', 'lxd', 'sql', 'global', interval)).toContain('| 31 ');
    const addresses = (await five.labs.inspect(five.name, { timeout: 10_000 })).nodes[4]?.addresses ?? [];
    expect([await get('cluster.https_address'), await get('core.https_address')]).toEqual(
      addresses.map(({ address }) => `${address}:8443`),
    );
    const password = run.steps.flatMap(({ commands }) => commands).find(({ line }) => line.includes('random/uuid'));
    expect(password?.output.trim()).toBe('••••••');
    expect(run.steps.find(({ id }) => id === 'join:node-2')?.commands[1]?.line).toContain('cluster_password: ••••••');
  });

  it('is formed by hand on fresh nodes, by the questions of `lxd init`', async () => {
    const fresh = await lab();
    await fresh.done(fresh.runs.deploy({ recipe: 'lxd', name: fresh.name, nodes: 2, settings: { form: false } }));
    const view = await fresh.labs.inspect(fresh.name, { timeout: 10_000 });
    expect([view.state, view.members]).toEqual(['complete', []]);
    const [one, two] = view.nodes.map(({ addresses }) => addresses[0]?.address ?? '');
    const init = async (id: string | undefined, ...answers: string[]) => {
      const stdin = answers.map((answer) => `${answer}\n`).join('');
      const { exitCode, stdout } = await fresh.engine.exec(id ?? '', ['lxd', 'init'], { timeout: 30_000, stdin });
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    };
    // Clustering, address, joining, name, trust password, local and remote pools, an existing bridge, a new one, images, the preseed.
    await init(
      view.nodes[0]?.id,
      'yes',
      one ?? '',
      'no',
      'node-1',
      'no',
      'yes',
      'dir',
      'no',
      'no',
      'no',
      'no',
      'no',
      'no',
    );
    const token = (await printed(fresh, 'node-1', 'lxc', 'cluster', 'add', '-q', 'node-2')).split('\n').at(-1) ?? '';
    await init(view.nodes[1]?.id, 'yes', two ?? '', 'yes', 'yes', token, 'yes', '', 'no');
    expect(await roles(fresh)).toEqual(['database-leader,database', 'database-standby']);
    await until(async () => (await fresh.labs.inspect(fresh.name, { timeout: 10_000 })).members.length === 2 || null);
    await fresh.done(fresh.runs.addMember(fresh.name));
    expect(await roles(fresh)).toEqual(['database', 'database', 'database-leader,database']);
  });
});

it('a join that hangs is told within its limit, and the next try makes the node anew', async () => {
  const limited = (step: Step) => (step.id.startsWith('join:') ? { ...step, timeout: 15_000 } : step);
  const hanging = await lab({ ...lxd, addMember: (...asked) => lxd.addMember(...asked).map(limited) });
  const { exec, runs, name } = hanging;
  await hanging.done(runs.deploy({ recipe: 'lxd', name, nodes: 1 }));
  const { runId } = await runs.addMember(name);
  const row = "SELECT name || ' ' || state AS row FROM nodes";
  await until(async () => {
    const { nodes } = await hanging.labs.find(name);
    return nodes.some(({ node, state }) => node === 'node-2' && state === 'running') || null;
  });
  // Its row is pending when it keeps the certificate of the cluster. A watch in the node: from outside it would be too late.
  const watch = 'until [ -e /var/lib/lxd/cluster.crt ]; do sleep 0.01; done; pkill -STOP -x lxd';
  expect(await exec('node-2', 'sh', '-c', watch)).toMatchObject({ exitCode: 0 });
  const failed = await runs.done(runId);
  expect(failed).toMatchObject({
    state: 'failed',
    error: { code: 'command/timeout', message: 'The join of node-2 hangs: LXD gives it no limit of its own.' },
  });
  expect(await printed(hanging, 'node-1', 'lxd', 'sql', 'global', row)).toContain('node-2 1');
  await hanging.done(runs.retry(runId));
  expect(await printed(hanging, 'node-2', 'lxd', 'sql', 'global', row)).toContain('node-2 0');
  expect(await roles(hanging)).toEqual(['database-leader,database', 'database-standby']);
});
