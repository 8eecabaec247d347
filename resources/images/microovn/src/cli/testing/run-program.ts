import { dispatch } from '../dispatch.ts';
import { program } from '../program.ts';

/** What one call of the program did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to call it: lines typed on stdin, and where the daemon is (default: nowhere). */
export interface RunOptions {
  readonly stdin?: readonly string[];
  readonly stateDir?: string;
  readonly hostAddress?: string | null;
}

/** Calls `microovn` in this process, on a host `node-1` with the address 172.30.0.11, at noon of 2026-11-20. */
export async function runProgram(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const lines = [...(options.stdin ?? [])];
  let [stdout, stderr] = ['', ''];
  const code = await dispatch(program, words, {
    out: (text) => void (stdout += text),
    err: (text) => void (stderr += text),
    readLine: async () => lines.shift() ?? null,
    readAll: async () => lines.splice(0).join('\n'),
    environment: { STATE_DIR: options.stateDir ?? '/nowhere' },
    hostName: () => 'node-1',
    hostAddress: () => (options.hostAddress === undefined ? '172.30.0.11' : options.hostAddress),
    packageVersion: async (name) => `${name}-1.2`,
    now: () => new Date(2026, 10, 20, 12, 0, 0),
  });
  return { code, stdout, stderr };
}
