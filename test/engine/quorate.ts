import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The bundled command line, absolute. */
export const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a user runs it, in a process of its own; it may take two minutes. A non-zero exit is a result. */
export async function quorate(...words: readonly string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await run(process.execPath, [cli, ...words], {
      timeout: 120_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return { exitCode: 0, stdout, stderr };
  } catch (thrown) {
    const ended = thrown as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof ended.code !== 'number') throw thrown;
    return { exitCode: ended.code, stdout: ended.stdout ?? '', stderr: ended.stderr ?? '' };
  }
}

/** Like {@link quorate}, with JSON out. @throws when the exit code is not 0 */
export async function answer<T>(...words: readonly string[]): Promise<T> {
  const ended = await quorate(...words, '--json');
  if (ended.exitCode !== 0)
    throw new Error(`quorate ${words.join(' ')} ended with ${ended.exitCode}:\n${ended.stderr}`);
  return JSON.parse(ended.stdout) as T;
}
