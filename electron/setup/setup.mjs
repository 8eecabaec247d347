import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureEngine } from './engine.mjs';
import { checkNode, ensureModules } from './modules.mjs';
import { ensurePackages, mayInstall } from './packages.mjs';
import { has, loud, say, SetupError, step } from './say.mjs';

/** Top folder of the project. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Brings a machine from nothing to ready: engine, node modules, build, node images. Each part that is there takes no time. The checks that
 * may refuse come first, so that a refusal leaves nothing half-installed.
 * @param {readonly string[]} packages further Debian packages, e.g. for the tests
 * @throws SetupError with the fix
 */
export async function setUp(packages = []) {
  checkNode();
  say('Setting up');
  await step('container engine', ensureEngine);
  // The base image is pulled where a registry answers; debootstrap is the way where none does.
  const wanted = [...(mayInstall() && !has('debootstrap') ? ['debootstrap'] : []), ...packages];
  if (wanted.length > 0) await step('Debian packages', () => ensurePackages(wanted));
  await step('node modules', () => ensureModules(root));
  const { ensureBuild } = await import('./build.mjs');
  await step('build', ensureBuild);
  say('  node images');
  const code = await loud(process.execPath, [join(root, 'dist', 'prepare.js')]);
  if (code !== 0) throw new SetupError('The node images are not ready; the reason stands above.', '', code);
}
