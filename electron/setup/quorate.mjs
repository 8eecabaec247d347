/** `npm run --silent quorate -- VERB`: the command line, built first when its sources are newer. */
import { join } from 'node:path';
import { checkNode, ensureModules } from './modules.mjs';
import { fail } from './say.mjs';

const root = join(import.meta.dirname, '..', '..');
try {
  checkNode();
  await ensureModules(root);
  const { ensureBuild } = await import('./build.mjs');
  await ensureBuild();
} catch (error) {
  fail(error);
}
process.argv.splice(1, 1, join(root, 'dist', 'cli.js'));
await import('../../dist/cli.js');
