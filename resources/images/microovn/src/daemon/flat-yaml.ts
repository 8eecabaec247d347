import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all (contents reach the disk under another name first), and makes its directory.
 * @param mode permissions, 0600 for what holds secrets
 */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  writeFileSync(fresh, text, { mode, flush: true });
  chmodSync(fresh, mode);
  renameSync(fresh, path);
}

/** Writes `key: "value"` lines: YAML, of which this program needs no more. */
export function writeFlatYaml(path: string, values: Readonly<Record<string, string>>): void {
  const lines = Object.entries(values).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  writeWhole(path, lines.join(''));
}

/** Reads what {@link writeFlatYaml} wrote; `null` when there is no such file. Lines of another form are left out. */
export function readFlatYaml(path: string): Readonly<Record<string, string>> | null {
  if (!existsSync(path)) return null;
  const values: Record<string, string> = {};
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const match = /^([a-z_]+): ("(?:[^"\\]|\\.)*")$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values[match[1]] = JSON.parse(match[2]) as string;
  }
  return values;
}
