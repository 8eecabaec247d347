import { once } from 'node:events';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { LabError } from '../../shared/errors.ts';
import { packageRoot } from '../package-root.ts';
import { createWorkbench } from '../workbench.ts';
import { openBrowserDoor } from './browser-door.ts';

/**
 * The browser door until the signal fires: prints one line, its URL, when pages can come. The log goes to stderr as JSON lines.
 * @param port as typed, 0 to 65535; 0 takes any free one
 * @throws LabError 'input/invalid' for a port that is none, 'input/taken' for one in use
 */
export async function runServe(port: string, print: (line: string) => void, signal: AbortSignal): Promise<void> {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : NaN;
  if (!(number <= 65_535)) throw new LabError('input/invalid', `"${port}" is no port: 0 to 65535.`, { field: 'port' });
  const workbench = createWorkbench();
  try {
    const door = await open(number, workbench.handlers);
    print(door.url);
    if (!signal.aborted) await once(signal, 'abort');
    await door.close();
  } finally {
    await workbench.close();
  }
}

async function open(port: number, handlers: Parameters<typeof openBrowserDoor>[0]['handlers']) {
  const log = pino({ base: null }, destination({ dest: 2, sync: true }));
  try {
    return await openBrowserDoor({ handlers, folder: join(packageRoot, 'dist', 'renderer'), port, log });
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    throw new LabError('input/taken', `Port ${port} is in use.`, {
      field: 'port',
      fix: '`--port 0` takes a free one',
      cause: error,
    });
  }
}
