import { join } from 'node:path';
import { LabError } from '../shared/errors.ts';
import { exitCodeOf } from './cli/exit-code.ts';
import { currentEngine } from './engines/current-engine.ts';
import { EngineWatch } from './engines/engine-watch.ts';
import { Images } from './images/images.ts';
import { packageRoot } from './package-root.ts';
import { recipes } from './recipes/index.ts';

/**
 * What set-up runs last: makes the node image of every recipe present, so that the first deploy is as fast as any. Says each line of a
 * build on stderr while a person watches; ends with the exit code of the command line.
 */
const watch = new EngineWatch();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

async function prepare(): Promise<void> {
  await watch.look();
  const images = new Images({ engine: currentEngine(watch), resources: join(packageRoot, 'resources', 'images') });
  for (const name of new Set([...recipes.values()].map((recipe) => recipe.image))) {
    const begun = performance.now();
    const tag = await images.ensure(name, progress, stop.signal);
    progress('');
    process.stderr.write(`  ${tag} (${((performance.now() - begun) / 1000).toFixed(1)} s)\n`);
  }
}

/** Shows the newest line in place; nothing where nobody watches, for a log needs results only. */
function progress(line: string): void {
  if (process.stderr.isTTY)
    process.stderr.write(
      `\r\x1b[K${line === '' ? '' : `    ${line.trim().slice(0, (process.stderr.columns || 80) - 6)}`}`,
    );
}

try {
  await prepare();
} catch (thrown) {
  const error = thrown instanceof LabError ? thrown : new LabError('internal', String(thrown), { cause: thrown });
  process.stderr.write(
    `\n${error.message}\n${error.detail === undefined ? '' : `${error.detail}\n`}${error.fix === undefined ? '' : `→ ${error.fix}\n`}`,
  );
  process.exitCode = exitCodeOf(error.code);
} finally {
  await watch.close();
}
