import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { LabError } from '../../shared/errors.ts';
import type { ExecOptions, ExecResult } from './engine.ts';
import type { DockerApi } from './docker-api.ts';
import { Demux } from './docker-demux.ts';
import { createSession, exitCode, killSession, type Session } from './docker-sessions.ts';

/** Most that is kept of each stream, in characters; what comes after is read and dropped. */
const kept = 16 * 1024 * 1024;

/** Seconds between SIGTERM and SIGKILL in the node. */
const graceSeconds = 2;

/**
 * Runs a command and gathers its output. The node's own `timeout` ends it at the deadline, with its children, so that it also ends when
 * this process is gone; one exec in the ordinary path. A node that is frozen, or a command that left `timeout`'s process group, is
 * ended by session 3 s later. The signal ends the session (TERM, after 1 s KILL) and throws `cancelled`.
 * @throws LabError 'node/not-running' | 'cancelled' | 'engine/*'
 */
export async function exec(
  api: DockerApi,
  id: string,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const began = Date.now();
  const seconds = Math.max(options.timeout, 1) / 1000;
  const wrapped = ['timeout', '-k', String(graceSeconds), seconds.toFixed(3), ...command];
  const session = await createSession(api, id, wrapped, {
    tty: false,
    stdin: options.stdin !== undefined,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const stream = await startSession(api, session, options);
  const gathered = gather(stream, options.onOutput);
  const stopped = await whichFirst(gathered.ended, options, (graceSeconds + 1) * 1000);
  if (stopped !== 'ended') {
    const until = Date.now() + 5000;
    await killSession(api, id, session.mark, 'TERM', { ended: gathered.hasEnded, until }).catch(ignoreGone);
    stream.destroy();
    if (stopped === 'aborted') throw new LabError('cancelled', 'Cancelled.');
    return { exitCode: 124, ...gathered.text(), timedOut: true };
  }
  const code = await codeAfterEnd(api, session, began + options.timeout + (graceSeconds + 1) * 1000);
  const late = Date.now() - began >= options.timeout;
  return { exitCode: code, ...gathered.text(), timedOut: late && (code === 124 || code === 137) };
}

async function startSession(api: DockerApi, session: Session, options: ExecOptions): Promise<Readable> {
  const call = {
    method: 'POST',
    path: `/exec/${session.execId}/start`,
    body: { Detach: false, Tty: false },
    what: 'run a command in it',
  } as const;
  if (options.stdin === undefined) return api.stream(call);
  const socket = await api.hijack(call);
  // A command may end without reading its input: no error of ours.
  socket.on('error', () => socket.destroy());
  socket.end(options.stdin);
  return socket;
}

interface Gathered {
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
  readonly text: () => { readonly stdout: string; readonly stderr: string };
}

function gather(stream: Readable, onOutput: ((text: string) => void) | undefined): Gathered {
  const text = { stdout: '', stderr: '' };
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  const demux = new Demux((name, bytes) => {
    const piece = decoders[name].write(bytes);
    if (text[name].length < kept) text[name] += piece;
    if (piece !== '') onOutput?.(piece);
  });
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      over = true;
      resolve();
    };
    stream.on('data', (chunk: Buffer) => demux.feed(chunk));
    stream.once('end', end);
    stream.once('close', end);
    stream.on('error', end);
  });
  return { ended, hasEnded: () => over, text: () => ({ ...text }) };
}

/** Waits for the end of the output, the signal, or the deadline and what is granted after it. */
async function whichFirst(
  ended: Promise<void>,
  options: ExecOptions,
  granted: number,
): Promise<'ended' | 'aborted' | 'late'> {
  return new Promise((resolve) => {
    const done = (value: 'ended' | 'aborted' | 'late') => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      resolve(value);
    };
    const onAbort = () => done('aborted');
    const timer = setTimeout(() => done('late'), options.timeout + granted);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted === true) done('aborted');
    void ended.then(() => done('ended'));
  });
}

/** The output may end a moment before the engine knows the exit code; a command may also close its output and run on. */
async function codeAfterEnd(api: DockerApi, session: Session, until: number): Promise<number> {
  for (let pause = 2; ; pause = Math.min(pause * 2, 100)) {
    const { running, code } = await exitCode(api, session.execId);
    if (code !== null) return code;
    if (!running || Date.now() > until) return 137;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function ignoreGone(error: unknown): void {
  // The node ended or is frozen: nothing of the command runs, or `timeout` ends it when the node is resumed.
  if (error instanceof LabError && error.code !== 'internal') return;
  throw error;
}
