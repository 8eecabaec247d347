import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { cli } from './quorate.ts';
import { until } from './until.ts';

const run = promisify(execFile);

export interface Killed {
  /** How many steps the run has, as far as it told. */
  readonly steps: number;
  /** It was over before it could be killed. */
  readonly over: boolean;
}

/** Steps of the run that a command line reports, counted from its lines such as `✓ 3/6 Start 3 nodes  1.3 s`. */
const stepLine = /^\S (\d+)\/(\d+) /;

/**
 * Runs the command line and ends it with SIGKILL right after it reported the `after`-th step (0: as soon as `first` resolves).
 * @throws when it fails by itself, or when a process or a temporary file of it is left
 */
export async function killedAfter(
  after: number,
  first: Promise<unknown>,
  ...words: readonly string[]
): Promise<Killed> {
  // Whatever it starts inherits the mark, and whatever it writes beside the engine goes into this folder.
  const mark = `QUORATE_TEST_MARK=${randomUUID()}`;
  const folder = await mkdtemp(join(tmpdir(), 'kill-'));
  const [key = '', value] = mark.split('=');
  const env = { ...process.env, TMPDIR: folder, XDG_RUNTIME_DIR: folder, [key]: value };
  const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'ignore', 'pipe'], env });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const said: string[] = [];
  let steps = 0;
  const kill = () => void child.kill('SIGKILL');
  if (after === 0) void first.then(kill);
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    const [, at, of] = stepLine.exec(line) ?? [];
    if (of !== undefined) steps = Number(of);
    if (at !== undefined && after > 0 && Number(at) >= after) kill();
  });
  const [code, signal] = await exited;
  if (signal !== 'SIGKILL' && code !== 0)
    throw new Error(`quorate ${words.join(' ')} failed by itself (${code}):\n${said.join('\n')}`);
  let left: readonly string[] = [];
  await until(
    async () => ((left = await marked(mark)).length === 0 ? true : null),
    () => left,
  );
  const files = await readdir(folder);
  await rm(folder, { recursive: true });
  if (files.length > 0) throw new Error(`quorate ${words.join(' ')} left files: ${files.join(', ')}`);
  return { steps, over: signal !== 'SIGKILL' };
}

/** Processes of this host with that word in their environment, as `number command line`. */
async function marked(mark: string): Promise<readonly string[]> {
  const read = (pid: string, file: string) => readFile(join('/proc', pid, file), 'utf8').catch(() => '');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) =>
      (await read(pid, 'environ')).split('\0').includes(mark)
        ? [`${pid} ${(await read(pid, 'cmdline')).replaceAll('\0', ' ')}`]
        : [],
    ),
  );
  return found.flat();
}

/** Prints, in a node, the names of processes that came in from outside: their parent is not in the node. The first two are node-init and itself. */
const strangers = String.raw`for status in /proc/[0-9]*/status; do
  while read -r key value; do
    case $key in Name:) name=$value ;; Pid:) pid=$value ;; PPid:) [ "$value" = 0 ] && [ "$pid" != 1 ] && [ "$pid" != $$ ] && echo "$name" ;; esac
  done < "$status" 2>/dev/null
done; true`;

/** Waits until a container holds nothing that a backend started in it. @throws with the names of what goes on */
export async function expectNobodyInside(container: string): Promise<void> {
  let seen = '';
  await until(
    async () =>
      (seen = (await run('docker', ['exec', container, 'sh', '-c', strangers])).stdout) === '' ? true : null,
    () => `${container}: ${seen}`,
    30_000,
  );
}
