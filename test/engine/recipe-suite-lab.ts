import { join } from 'node:path';
import { detectEngine } from '../../electron/engines/detect.ts';
import type { Engine, ExecResult } from '../../electron/engines/engine.ts';
import { thisHost } from '../../electron/engines/host.ts';
import { Images } from '../../electron/images/images.ts';
import { Labs } from '../../electron/labs.ts';
import { recipes as all } from '../../electron/recipes/index.ts';
import type { Recipe } from '../../electron/recipes/recipe.ts';
import { Runs } from '../../electron/runs.ts';
import type { RunView } from '../../shared/run.ts';

const resources = join(import.meta.dirname, '..', '..', 'resources', 'images');

/** The backend without its doors on this machine's engine, and one lab by its name. */
export interface OpenLab {
  readonly name: string;
  readonly engine: Engine;
  readonly labs: Labs;
  readonly runs: Runs;
  /** Resolves when a run is done. @throws with its error when it ends otherwise */
  done(started: Promise<{ readonly runId: string }>): Promise<RunView>;
  nodes(): Promise<readonly string[]>;
  exec(node: string, ...command: string[]): Promise<ExecResult>;
  /** Removes what is left of the lab, and lets the engine go. */
  close(): Promise<void>;
}

/** @param recipes other than the usual, e.g. with shorter limits */
export async function openLab(
  name: string,
  image: string,
  recipes: ReadonlyMap<string, Recipe> = all,
): Promise<OpenLab> {
  const detected = await detectEngine(thisHost());
  const { engine } = detected;
  if (engine === null) throw new Error(`No engine: ${detected.health.message}`);
  const images = new Images({ engine, resources });
  const labs = new Labs({ engine, recipes });
  const runs = new Runs({ engine, labs, images, recipes, closeTerminals: () => 0 });
  await images.ensure(image, () => undefined, new AbortController().signal);
  return {
    name,
    engine,
    labs,
    runs,
    done: async (started) => {
      const run = await runs.done((await started).runId);
      if (run.state !== 'done') throw new Error(`${run.title} ${run.state}: ${JSON.stringify(run.error)}`);
      return run;
    },
    nodes: async () => (await labs.find(name)).nodes.map(({ node }) => node),
    exec: async (node, ...command) => {
      const id = (await labs.find(name)).nodes.find((one) => one.node === node)?.id ?? '';
      return engine.exec(id, command, { timeout: 20_000 });
    },
    close: async () => {
      const { nodes, networks } = await engine.list(name);
      for (const { id } of nodes) await engine.removeNode(id);
      for (const volume of await engine.volumes(name)) await engine.removeVolume(volume);
      for (const network of networks) await engine.removeNetwork(network.name);
      labs.close();
      await detected.close();
    },
  };
}
