import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actOnNode } from '../../electron/actions.ts';
import type { FlowInput } from '../../electron/read-next.ts';
import type { Dialect } from '../../electron/recipes/lxd/dialect.ts';
import { recipes } from '../../electron/recipes/index.ts';
import type { LabView } from '../../shared/lab.ts';
import type { Setting } from '../../shared/request.ts';
import type { RunView } from '../../shared/run.ts';
import { quorumOf } from '../../shared/quorum.ts';
import { openLab, type OpenLab } from './recipe-suite-lab.ts';
import { until } from './until.ts';

type Settings = Readonly<Record<string, Setting>>;

/**
 * Every flow on one real lab, its outcome asked of another node than the one it was typed on.
 * @param quick without the flow that takes most of a minute
 */
export function lxdFlowSuite(dialect: Dialect, quick = false): void {
  const { kind, client, admin, service } = dialect;
  const lab = `flow-${kind}-${process.pid}`;
  let open: OpenLab;

  beforeAll(async () => {
    open = await openLab(lab, kind);
  }, 600_000);

  afterAll(() => open.close());

  async function ended(asked: FlowInput): Promise<RunView> {
    return open.runs.done((await open.runs.flow(lab, asked)).runId);
  }

  /** Does a flow on a node, or on the lab, and gives the output of its steps by their id. */
  async function doFlow(
    flow: string,
    node?: string,
    settings: Settings = {},
  ): Promise<Readonly<Record<string, string>>> {
    const run = await ended({ flow, node, settings });
    const { error } = run;
    expect({ flow, state: run.state, error }).toEqual({ flow, state: 'done', error: undefined });
    return Object.fromEntries(
      run.steps.map((step) => [step.id, step.note + step.commands.map(({ output }) => output).join('')]),
    );
  }

  async function ask(node: string, ...words: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await open.exec(node, ...words);
    return exitCode === 0 ? stdout.trim() : `exit ${exitCode}: ${stdout}${stderr}`;
  }

  async function settles(node: string, words: readonly string[], holds: (printed: string) => boolean): Promise<void> {
    let last = '';
    const look = async () => {
      last = await ask(node, ...words);
      return holds(last) ? true : null;
    };
    await until(look, () => `${node}: ${words.join(' ')}: ${last}`, 40_000);
  }

  const listed = ['cluster', 'list', '--format', 'csv'];
  const view = () => open.labs.inspect(lab, { timeout: 10_000 });
  const quorum = ({ databases }: LabView) => {
    const [database] = databases;
    if (database === undefined) throw new Error('There is no database.');
    return { ...quorumOf(database), replicas: database.replicas };
  };
  const votersIn = (now: LabView) => quorum(now).replicas.filter(({ answers, votes }) => answers && votes === true);
  const leader = async (): Promise<string> => quorum(await view()).leader ?? 'nobody';
  const allOnline = (node: string, count: number) =>
    settles(
      node,
      [client, ...listed],
      (csv) => csv.split('\n').filter((row) => row.includes(',ONLINE,')).length === count,
    );

  describe(`the flows of ${kind}`, () => {
    it('follow a deploy', async () => {
      const then = [
        { do: 'images-replica', with: { value: '-1' } },
        { do: 'failure-domain', on: 'node-2', with: { domain: 'rack-2' } },
      ];
      const settings = { offlineThreshold: 11, instances: true };
      await open.done(open.runs.deploy({ recipe: kind, name: lab, settings, then }));
      expect(await ask('node-3', client, 'config', 'get', 'cluster.images_minimal_replica')).toBe('-1');
      expect(await ask('node-3', client, 'cluster', 'show', 'node-2')).toMatch(/^failure_domain: rack-2$/m);
    });

    // samples/lxd/max-voters.txt, max-standby.txt, offline-threshold.txt, images-minimal.txt
    it.each([
      [
        'max-voters',
        '2',
        "cannot set 'cluster.max_voters' to '2': Value must be an odd number equal to or higher than 3",
      ],
      ['max-voters', 'abc', "cannot set 'cluster.max_voters' to 'abc': invalid integer"],
      ['max-standby', '-1', "cannot set 'cluster.max_standby' to '-1': Value must be between 0 and 5"],
      ['offline-threshold', '10', "cannot set 'cluster.offline_threshold' to '10': Value must be greater than '10'"],
      [
        'images-replica',
        '0',
        "cannot set 'cluster.images_minimal_replica' to '0': Invalid value for image replica count",
      ],
    ])('tell what is refused word for word: %s %s', async (flow, value, says) => {
      const { state, error } = await ended({ flow, settings: { value } });
      expect({ state, ...error }).toMatchObject({ state: 'failed', code: 'command/failed', message: says });
      expect(error?.detail).toBe(`Error: ${says}\n`);
      expect(error?.fix).toMatch(/^Allowed is /);
    });

    it.each([
      ['max-voters', 'cluster.max_voters', '5'],
      ['max-standby', 'cluster.max_standby', '3'],
      ['offline-threshold', 'cluster.offline_threshold', '12'],
    ])('set %s', async (flow, key, value) => {
      await doFlow(flow, undefined, { value });
      expect(await ask('node-2', client, 'config', 'get', key)).toBe(value);
    });

    it('define and create storage pools, also in the wrong order', async () => {
      expect(await doFlow('storage-pool-too-early')).toMatchObject({
        pending: expect.stringContaining('status: Pending') as string,
        refused: expect.stringMatching(/^Error: Pool not defined on (nodes|members): node-3\n$/) as string,
      });
      expect(await ask('node-3', client, 'storage', 'show', 'data')).toMatch(/^status: Created$/m);
      await doFlow('storage-pool', undefined, { name: 'more' });
      const pools = await ask('node-2', client, 'storage', 'list', '--format', 'csv');
      expect(pools.split('\n').map((row) => row.split(',')[0])).toEqual(['data', 'default', 'more']);
      await expect(ended({ flow: 'storage-pool' })).rejects.toMatchObject({ code: 'input/taken' });
      await doFlow('delete-storage-pool');
      expect(await ask('node-2', client, 'storage', 'show', 'data')).toContain('not found');
    });

    it('define and create networks, also in the wrong order', async () => {
      expect(await doFlow('network-too-early')).toMatchObject({
        refused: expect.stringMatching(/^Error: Network not defined on (nodes|members): node-3\n$/) as string,
      });
      expect(await ask('node-2', client, 'network', 'show', 'my-network')).toMatch(/^status: Created$/m);
      await doFlow('delete-network');
      expect(await ask('node-2', client, 'network', 'show', 'my-network')).toContain('not found');
    });

    it('make two volumes of one name, and then need a target', async () => {
      const { refused, show } = await doFlow('same-volumes');
      expect(refused).toContain(
        'More than one cluster member has a volume named "web". Please target a specific member',
      );
      expect(show).toMatch(/location: node-1[^]*location: node-2/);
      const volumes = () => ask('node-3', client, 'storage', 'volume', 'list', 'default', '--format', 'csv');
      expect((await volumes()).split('\n').filter((row) => row.startsWith('custom,web,'))).toHaveLength(2);
      await doFlow('delete-volumes');
      expect(await volumes()).not.toContain('web');
    });

    it('launch instances where they are told, or where there are fewest, and use them from other nodes', async () => {
      const where = () => ask('node-3', client, 'list', '--format', 'csv', '--columns', 'nsL');
      await doFlow('launch', undefined, { target: 'node-2' });
      expect(await where()).toBe('c1,RUNNING,node-2');
      await doFlow('launch', undefined, { name: 'c2' });
      expect(await where()).toMatch(/^c1,RUNNING,node-2\nc2,RUNNING,node-[13]$/);
      const exec = await doFlow('exec', 'node-3', { command: 'cat /proc/sys/kernel/hostname' });
      expect(exec).toEqual({ exec: 'c1\n' });
      expect(await doFlow('pull-file', 'node-1')).toEqual({
        pull: (await ask('node-2', client, 'exec', 'c1', '--', 'cat', '/etc/hosts')) + '\n',
      });
      expect((await ended({ flow: 'delete-instance' })).error?.detail).toContain('currently running');
      await doFlow('stop-instance');
      expect(await where()).toMatch(/^c1,STOPPED,node-2\n/);
      await doFlow('delete-instance');
      await doFlow('stop-instance', undefined, { name: 'c2', force: true });
      await doFlow('delete-instance', undefined, { name: 'c2' });
      await doFlow('create-instance', undefined, { name: 'c3', target: 'node-3' });
      expect((await doFlow('list-instances', 'node-2'))['list']).toContain('c3');
      expect(await ask('node-1', client, 'list', '--format', 'csv', '--columns', 'nsL')).toBe('c3,STOPPED,node-3');
      await doFlow('delete-instance', undefined, { name: 'c3' });
    });

    it('evacuate a member and restore it', async () => {
      const status = () => ask('node-3', client, 'cluster', 'show', 'node-2');
      await doFlow('evacuate', 'node-2');
      expect(await status()).toMatch(/^status: Evacuated$/m);
      await doFlow('restore', 'node-2');
      expect(await status()).toMatch(/^status: Online$/m);
    });

    it('stop the leader without one failed call', async () => {
      const old = await leader();
      const told = await doFlow('stop-leader');
      expect(told['stop']).toContain('0 of 40 calls failed.');
      expect(told['leader']).toMatch(/^node-\d leads$/);
      expect(told['leader']).not.toContain(old);
      expect(await ask(old, 'sv', 'status', service)).toMatch(/^down: /);
      await doFlow('start-daemon', old);
      await allOnline(old === 'node-1' ? 'node-2' : 'node-1', 3);
    });

    it('kill the leader, and measure how long nobody answers', async () => {
      const old = await leader();
      const told = await doFlow('kill-leader');
      expect(Number(/answered after ([\d.]+) s/.exec(told['away'] ?? '')?.[1])).toBeGreaterThan(0.5);
      expect(told['leader']).not.toContain(old);
      await doFlow('start-daemon', old);
      await allOnline(old === 'node-1' ? 'node-2' : 'node-1', 3);
    });

    it('move a role to another member and tell its failure domain', async () => {
      await doFlow('max-voters', undefined, { value: '3' });
      await open.done(open.runs.addMember(lab));
      const now = await leader();
      const gone = ['node-1', 'node-2', 'node-3'].find((node) => node !== now) ?? '';
      const domain =
        gone === 'node-2' ? ': failure domain default, not rack-2' : ', in the same failure domain default';
      expect((await doFlow('move-role', gone))['settled']).toBe(`node-4 took it${domain}`);
      expect(await ask(now, ...admin, 'sql', 'local', 'SELECT name, role FROM raft_nodes')).toMatch(/node-4 +\| 0 /);
      await doFlow('start-daemon', gone);
      await allOnline(now, 4);
    });

    it.skipIf(quick)('cut the power of the leader, which takes longer', async () => {
      const old = await leader();
      const told = await doFlow('cut-leader');
      expect(Number(/answered after ([\d.]+) s/.exec(told['away'] ?? '')?.[1])).toBeGreaterThan(0.5);
      const found = await open.labs.find(lab);
      expect(found.nodes.find(({ node }) => node === old)?.state).toBe('stopped');
      expect(told['leader']).not.toContain(old);
    });

    it('recover from the loss of a majority', async () => {
      const voters = votersIn(await view()).map(({ node }) => node);
      const [survivor = '', ...lost] = voters.toSorted((a) => (a === 'node-2' ? 1 : -1));
      await expect(ended({ flow: 'recover-quorum', node: survivor })).rejects.toMatchObject({
        code: 'input/invalid',
        message: expect.stringContaining('A majority is there') as string,
      });
      for (const node of lost) await actOnNode({ engine: open.engine, labs: open.labs, recipes }, lab, node, 'kill');
      const told = await doFlow('recover-quorum', survivor);
      // The document: no information has been deleted from the database.
      for (const node of lost) expect(told['list']).toContain(node);
      const left = await open.nodes();
      expect(left).toContain(survivor);
      expect(left.filter((node) => lost.includes(node))).toEqual([]);
      await open.done(open.runs.addMember(lab));
      const second = (await open.nodes()).find((node) => node !== survivor) ?? '';
      const members = await ask(second, client, ...listed);
      expect(
        members
          .split('\n')
          .map((row) => row.split(',')[0])
          .toSorted(),
      ).toEqual([...(await open.nodes())].toSorted());
    });

    it('make a leftover Raft node and remove it', async () => {
      while ((await open.nodes()).length < 3) await open.done(open.runs.addMember(lab));
      const now = await leader();
      const others = (await open.nodes()).filter((node) => node !== now);
      const [gone = '', second = ''] = others;
      await expect(ended({ flow: 'remove-raft-node' })).rejects.toMatchObject({ code: 'input/invalid' });
      await doFlow('leave-raft-node', gone);
      expect(await ask(second, client, ...listed)).not.toContain(gone);
      const raft = [...admin, 'cluster', 'list-database'];
      const number = Number(gone.replace('node-', ''));
      const its = new RegExp(`\\.${10 + number}:8443`);
      expect(await ask(second, ...raft)).toMatch(its);
      await doFlow('remove-raft-node');
      await settles(second, raft, (printed) => printed.includes(':8443') && !its.test(printed));
    });
  });
}
