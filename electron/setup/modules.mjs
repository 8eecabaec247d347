import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quiet, SetupError } from './say.mjs';

/** Least Node that runs Quorate: `engines` of package.json. */
const leastNode = [20, 19];

/** @throws SetupError on an older Node */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
    throw new SetupError(
      `Quorate needs Node ${leastNode.join('.')} or later, this is ${process.versions.node}.`,
      'Install Node 20 LTS or later.',
    );
  }
}

/**
 * Installs what package-lock.json says, without running any package's scripts. Does nothing when that very lock file is installed.
 * @param {string} root top folder of the project
 */
export async function ensureModules(root) {
  const stamp = join(root, 'node_modules', '.quorate-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return 'present';
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await quiet(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    shell: process.platform === 'win32',
  });
  writeFileSync(stamp, lock);
  return 'installed';
}
