import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actOnLab, actOnNode } from '../../electron/actions.ts';
import type { StepOf } from '../../electron/flows/step.ts';
import { recipes } from '../../electron/recipes/index.ts';
import type { Present, Recipe } from '../../electron/recipes/recipe.ts';
import { subnetsOf } from '../../electron/subnets.ts';
import type { LabView } from '../../shared/lab.ts';
import type { Setting } from '../../shared/request.ts';
import { quorumOf } from '../../shared/quorum.ts';
import { openLab, type OpenLab } from './recipe-suite-lab.ts';
import { until } from './until.ts';

/** A lab under test, for what only its recipe knows. */
export interface SuiteLab {
  /** Names of its nodes now. */
  nodes(): Promise<readonly string[]>;
  exec(node: string, ...command: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
}

export interface RecipeSuite {
  readonly kind: string;
  readonly settings: Readonly<Record<string, Setting>>;
  /** Names of daemons that a node restarts when they are killed, as `pkill -x` knows them. */
  readonly daemons: readonly string[];
  /** `CapEff` of a node, as the kernel prints it. */
  readonly capabilities: string;
  /** Roles of its networks. */
  readonly networks: readonly string[];
  /** A database that every node has a part in. */
  readonly database: string;
  /** Throws while the product itself does not do its work on all nodes. */
  readonly works: (lab: SuiteLab) => Promise<void>;
  /** How a leader dies and comes back; the engine kills and starts its node where nothing is said. */
  readonly leader?: {
    readonly dies: (lab: SuiteLab, node: string) => Promise<void>;
    readonly returns: (lab: SuiteLab, node: string) => Promise<void>;
  };
  /** Its daemon waits for a quorum to say goodbye to: of a lab that is stopped as a whole the engine ends the last ones. */
  readonly lingers?: true;
  /** Each node has its data in a volume of its own. */
  readonly data?: true;
  /** Only what another suite with the same plans does not show: forming, growing, shrinking, the end. */
  readonly short?: true;
}

/** What every recipe must stand on a real engine: one lab through its whole life. */
export function recipeSuite(suite: RecipeSuite): void {
  const { kind, settings, daemons, database } = suite;
  const lab = `rec-${kind}-${process.pid}`;
  let open: OpenLab;
  let labs: OpenLab['labs'];
  let runs: OpenLab['runs'];
  let act: (node: string, action: Parameters<typeof actOnNode>[3]) => Promise<unknown>;

  beforeAll(async () => {
    open = await openLab(lab, recipe().image);
    ({ labs, runs } = open);
    act = (node, action) => actOnNode({ engine: open.engine, labs, recipes }, lab, node, action);
  }, 600_000);

  afterAll(() => open.close());

  function recipe(): Recipe {
    const found = recipes.get(kind);
    if (found === undefined) throw new Error(`No recipe ${kind}.`);
    return found;
  }

  /**
   * Waits for what the recipe itself calls healthy. The plan is asked for as for a new lab: one that continues a lab refuses while a server
   * does not answer, and what calls this has just killed one.
   */
  async function healthy(timeout = 60_000): Promise<void> {
    const found = await labs.find(lab);
    const view = await labs.inspect(lab, { timeout: 10_000 });
    const subnets = subnetsOf(
      found,
      recipe()
        .networks(view.request)
        .map(({ role }) => role),
    );
    if (subnets === null) throw new Error('The lab has no networks.');
    const asNew: Present = { found: { ...found, nodes: [] }, view: null };
    const health = recipe()
      .deploy(view.request, subnets, 'unused', asNew)
      .find((step): step is StepOf<'wait'> => step.kind === 'wait');
    if (health === undefined) throw new Error('The plan has no health.');
    await waitFor(health.unmet, timeout);
  }

  function waitFor(unmet: (view: LabView) => string | null, timeout = 30_000): Promise<void> {
    return labs.waitFor(lab, unmet, { timeout, signal: new AbortController().signal });
  }

  const done: OpenLab['done'] = (started) => open.done(started);
  const nodes: OpenLab['nodes'] = () => open.nodes();
  const exec: OpenLab['exec'] = (...asked) => open.exec(...asked);
  const works = () => suite.works({ nodes, exec });

  async function leaderOf(id: string): Promise<string> {
    const view = await labs.inspect(lab, { timeout: 10_000 });
    const database = view.databases.find((one) => one.id === id);
    const leader = database === undefined ? null : quorumOf(database).leader;
    if (leader === null) throw new Error(`${id} has no leader.`);
    return leader;
  }

  const long = (name: string, run: () => Promise<void>) => {
    if (suite.short !== true) it(name, run);
  };

  describe(`a lab of ${kind}`, () => {
    it('is formed by one deploy', async () => {
      const run = await done(runs.deploy({ recipe: kind, name: lab, settings }));
      console.info(
        `${kind}: ${(run.endedAt ?? 0) - run.startedAt} ms; ${run.steps
          .map((step) => `${step.id} ${(step.endedAt ?? 0) - (step.startedAt ?? 0)}`)
          .join(', ')}`,
      );
      expect(run.made).toEqual({ containers: 3, networks: suite.networks.length });
      expect(run.steps.map(({ state }) => state)).not.toContain('failed');
    });

    it('does its work', works);

    it('has no more privileges than it needs', async () => {
      const { stdout } = await exec('node-1', 'grep', '-E', 'CapEff|NoNewPrivs', '/proc/1/status');
      expect(stdout.replaceAll(/\s+/g, ' ').trim()).toBe(`CapEff: ${suite.capabilities} NoNewPrivs: 1`);
    });

    it.each(suite.short === true ? [] : daemons)('has %s again after kill -9', async (daemon) => {
      const before = (await exec('node-2', 'pgrep', '-x', daemon)).stdout.trim().split('\n');
      expect((await exec('node-2', 'pkill', '-9', '-x', daemon)).exitCode).toBe(0);
      let now: readonly string[] = [];
      await until(
        async () => {
          now = (await exec('node-2', 'pgrep', '-x', daemon)).stdout.trim().split('\n');
          const fresh = now.filter((pid) => pid !== '' && !before.includes(pid));
          return fresh.length === before.length ? true : null;
        },
        () => ({ before, now }),
      );
      await healthy();
    });

    it('does its work after that, too', works);

    it('elects another leader when it dies, and takes it back', async () => {
      const leader = await leaderOf(database);
      if (suite.leader === undefined) await act(leader, 'kill');
      else await suite.leader.dies({ nodes, exec }, leader);
      await waitFor((view) => {
        const quorum = view.databases.filter(({ id }) => id === database).map(quorumOf)[0];
        return quorum?.leader !== null && quorum?.leader !== leader && quorum?.state === 'quorum'
          ? null
          : `leader ${quorum?.leader}, ${quorum?.state}`;
      });
      if (suite.leader === undefined) await act(leader, 'start');
      else await suite.leader.returns({ nodes, exec }, leader);
      await healthy();
    });

    long('says that it lost its quorum, and recovers', async () => {
      await act('node-2', 'kill');
      await act('node-3', 'kill');
      await waitFor((view) => {
        const lost = view.databases.filter((database) => quorumOf(database).state === 'lost').map(({ id }) => id);
        return lost.length === view.databases.length ? null : `lost: ${lost.join(', ')}`;
      });
      await expect(runs.removeMember(lab, 'node-2', true)).rejects.toMatchObject({
        code: 'input/invalid',
        field: 'node',
      });
      await act('node-3', 'start');
      await act('node-2', 'start');
      await healthy();
    });

    long('forgives a cut network', async () => {
      await act('node-3', 'cut');
      await waitFor((view) => (view.nodes.some(({ name, cut }) => name === 'node-3' && cut) ? null : 'not cut'));
      await act('node-3', 'restore');
      await healthy();
      await works();
    });

    long('stops and starts as a whole', async () => {
      await actOnLab({ engine: open.engine, labs, recipes }, lab, 'stop');
      const exits = (await labs.find(lab)).nodes.map(({ exitCode }) => exitCode);
      expect(exits.filter((code) => code !== 0 && !(suite.lingers === true && code === 137))).toEqual([]);
      await actOnLab({ engine: open.engine, labs, recipes }, lab, 'start');
      await healthy();
      await works();
    });

    it('grows to five', async () => {
      await done(runs.addMember(lab));
      await done(runs.addMember(lab));
      expect(await nodes()).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5']);
      await works();
    });

    it('shrinks, also by a node that is dead', async () => {
      await done(runs.removeMember(lab, 'node-2', false));
      await act('node-4', 'kill');
      // It may have led: nobody is removed while there is no leader.
      await waitFor((view) => {
        const unled = view.databases.filter((database) => [null, 'node-4'].includes(quorumOf(database).leader));
        return unled.length === 0 ? null : `without a leader: ${unled.map(({ id }) => id).join(', ')}`;
      }, 60_000);
      await done(runs.removeMember(lab, 'node-4', true));
      expect(await nodes()).toEqual(['node-1', 'node-3', 'node-5']);
      await works();
    });

    long('is finished without doing anything when nothing lacks', async () => {
      await done(runs.finish(lab));
      expect(await nodes()).toEqual(['node-1', 'node-3', 'node-5']);
      await works();
    });

    it('is destroyed with a receipt', async () => {
      const left = ['node-1', 'node-3', 'node-5'];
      const { receipt } = await done(runs.destroy(lab));
      expect(receipt?.removed.map(({ name }) => name).toSorted()).toEqual(
        [...left, ...(suite.data === true ? left.map((node) => `${node}-data`) : []), ...suite.networks]
          .toSorted()
          .map((part) => `${lab}-${part}`),
      );
      expect(receipt?.remained).toEqual([]);
    });
  });
}
