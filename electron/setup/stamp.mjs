import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'output', 'release', '.git']);

function* files(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (!entry.isDirectory()) {
    yield `${path} ${entry.size} ${entry.mtimeMs}`;
    return;
  }
  for (const name of readdirSync(path).sort()) if (!skipped.has(name)) yield* files(join(path, name));
}

/** Changes when a file below the paths is added, removed or written. */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) for (const line of files(path)) hash.update(`${line}\n`);
  return hash.digest('hex');
}

/** Runs `work` unless `outputs` exist and were made from this fingerprint. Returns whether it ran. */
export async function unlessFresh(stamp, print, outputs, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === print && outputs.every((path) => existsSync(path)))
    return false;
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
  return true;
}
