import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Paths } from './paths.ts';
import * as supervisor from './supervisor.ts';

/**
 * Makes this node one that is no member: stops all services, forgets the state, and with `keep` moves data and logs to
 * `backup_<seconds since 1970>` instead of removing them (contract 3.6).
 */
export async function resetNode(paths: Paths, keep: boolean): Promise<void> {
  await supervisor.stop(...supervisor.units);
  if (keep) {
    const backup = join(paths.common, `backup_${Math.floor(Date.now() / 1000)}`);
    mkdirSync(backup, { recursive: true, mode: 0o700 });
    for (const folder of [paths.data, paths.logs])
      if (existsSync(folder)) renameSync(folder, join(backup, folder === paths.data ? 'data' : 'logs'));
  } else rmSync(paths.data, { recursive: true, force: true });
  for (const entry of existsSync(paths.state) ? readdirSync(paths.state) : [])
    if (join(paths.state, entry) !== paths.control) rmSync(join(paths.state, entry), { recursive: true, force: true });
  makeFolders(paths);
}

/** The folders programs expect to be there. */
export function makeFolders(paths: Paths): void {
  mkdirSync(paths.state, { recursive: true, mode: 0o711 });
  for (const folder of [paths.data, paths.logs, paths.databaseRun, paths.ovnRun, paths.switchRun, paths.switchData])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
}
