import { join } from 'node:path';
import { currentEngine } from './engines/current-engine.ts';
import type { Engine } from './engines/engine.ts';
import { EngineWatch } from './engines/engine-watch.ts';
import { createHandlers } from './handlers.ts';
import { Images } from './images/images.ts';
import { Labs } from './labs.ts';
import { packageRoot } from './package-root.ts';
import { recipes } from './recipes/index.ts';
import type { Handlers } from './rpc/door.ts';
import { Runs } from './runs.ts';
import { Terminals } from './terminals.ts';

export interface WorkbenchOptions {
  /** How an engine is looked for; tests give their own. */
  readonly watch?: EngineWatch;
  /** Folder with `images/`, absolute. */
  readonly resources?: string;
}

/** All there is behind a door. */
export interface Workbench {
  readonly handlers: Handlers;
  /** Whichever engine there is at the moment; its calls throw `engine/unreachable` while there is none. */
  readonly engine: Engine;
  /** Ends shells, observers and the search for an engine. Labs stay as they are. */
  close(): Promise<void>;
}

/**
 * Puts the parts together. It does not wait for an engine: doors open at once, and calls that need one fail with `engine/unreachable`
 * until one answers; topics follow by themselves.
 */
export function createWorkbench(options: WorkbenchOptions = {}): Workbench {
  const watch = options.watch ?? new EngineWatch();
  const engine = currentEngine(watch);
  const images = new Images({ engine, resources: join(options.resources ?? join(packageRoot, 'resources'), 'images') });
  const labs = new Labs({ engine, recipes });
  const terminals = new Terminals({ engine });
  const closeTerminals = (lab: string, node?: string) => terminals.closeAll(lab, node);
  const runs = new Runs({ engine, labs, images, recipes, closeTerminals });
  const health = {
    look: () => watch.look(),
    watch: (onHealth: Parameters<EngineWatch['onChange']>[0]) => {
      onHealth(watch.current());
      return watch.onChange(onHealth);
    },
  };
  watch.onChange(({ state }) => {
    if (state !== 'ready') return;
    labs.engineReady();
    terminals.engineReady();
  });
  // What comes of it is told by the health.
  watch.look().catch(() => undefined);
  return {
    handlers: createHandlers({ engine, health, images, recipes, labs, runs, terminals }),
    engine,
    close: async () => {
      await terminals.dispose();
      labs.close();
      await watch.close();
    },
  };
}
