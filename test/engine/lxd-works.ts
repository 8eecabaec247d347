import { expect } from 'vitest';
import type { Dialect } from '../../electron/recipes/lxd/dialect.ts';
import type { RecipeSuite, SuiteLab } from './recipe-suite.ts';
import { until } from './until.ts';

/** What the suites of LXD and Incus have in common. */
export function lxdSuite(dialect: Dialect): Omit<RecipeSuite, 'settings'> {
  const { kind, daemon, service } = dialect;
  const ok = async (lab: SuiteLab, node: string, ...command: string[]) =>
    expect(await lab.exec(node, ...command)).toMatchObject({ exitCode: 0 });
  return {
    kind,
    daemons: [daemon],
    capabilities: '00000000000034e3',
    networks: ['mgmt'],
    database: 'dqlite',
    lingers: true,
    data: true,
    works: (lab) => listsAll(dialect, lab),
    // When its container goes, so does its address: then peers hear no reset, and take half a minute to elect.
    leader: {
      dies: async (lab, node) => {
        await ok(lab, node, 'sv', 'once', service);
        await ok(lab, node, 'sv', 'kill', service);
      },
      returns: (lab, node) => ok(lab, node, 'sv', 'up', service),
    },
  };
}

/** Every node lists every node as ONLINE, by its own client. */
async function listsAll({ client }: Dialect, { nodes, exec }: SuiteLab): Promise<void> {
  const names = await nodes();
  for (const node of names) {
    let last = '';
    await until(
      async () => {
        const { stdout, stderr } = await exec(node, client, 'cluster', 'list', '--format', 'json');
        last = stdout + stderr;
        if (!stdout.startsWith('[')) return null;
        const members = JSON.parse(stdout) as readonly { readonly server_name: string; readonly status: string }[];
        const online = members.filter(({ status }) => status === 'Online').map(({ server_name }) => server_name);
        return online.toSorted().join() === names.toSorted().join() && members.length === names.length ? true : null;
      },
      () => `${node}: ${last}`,
      40_000,
    );
  }
}
