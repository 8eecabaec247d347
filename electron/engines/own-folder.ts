import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes a folder that carries this process's number, `<place>/<prefix><pid>-XXXXXX`, after those of processes that are gone have been
 * given to `remove`: what a killed process left is removed by the next.
 */
export async function makeOwnFolder(
  place: string,
  prefix: string,
  remove: (folder: string) => Promise<void>,
): Promise<string> {
  for (const name of await readdir(place)) {
    const owner = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (owner !== undefined && !isAlive(Number(owner))) await remove(join(place, name));
  }
  return mkdtemp(join(place, `${prefix}${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
