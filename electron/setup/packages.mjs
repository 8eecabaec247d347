import { spawnSync } from 'node:child_process';
import { quiet, SetupError } from './say.mjs';

const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

/** Those of the Debian packages that are not installed. */
export function missingPackages(names) {
  return names.filter((name) => {
    const query = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
    return query.stdout !== 'installed';
  });
}

/** Whether this process may install Debian packages: root on a system with apt. */
export function mayInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
}

/**
 * Installs Debian packages, refreshing the lists first; nothing when all are there.
 * @param {readonly string[]} names
 * @throws SetupError naming the command to run when this user may not
 */
export async function ensurePackages(names) {
  const missing = missingPackages(names);
  if (missing.length === 0) return 'present';
  if (!mayInstall()) {
    throw new SetupError(
      `These packages are missing: ${missing.join(', ')}.`,
      `sudo apt-get install ${missing.join(' ')}`,
    );
  }
  await quiet('apt-get', ['update', '-qq'], { env: environment });
  await quiet('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env: environment });
  return `installed ${missing.join(', ')}`;
}
