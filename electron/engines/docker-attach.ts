import type { Socket } from 'node:net';
import { LabError } from '../../shared/errors.ts';
import type { Attached, AttachOptions } from './engine.ts';
import type { DockerApi } from './docker-api.ts';
import { Demux } from './docker-demux.ts';
import { inspectNode } from './docker-list.ts';
import { createSession, exitCode, guardSession, killSession, type Session } from './docker-sessions.ts';

/**
 * Starts a command with its streams. What comes before the first listener is kept for it, up to 64 KiB; beyond that, and while
 * paused, the command is held back. Aborting the signal kills it, and so does the end of this process, however it ends.
 * @throws LabError 'node/not-running'
 */
export async function attach(
  api: DockerApi,
  id: string,
  command: readonly string[],
  options: AttachOptions,
): Promise<Attached> {
  const session = await createSession(api, id, command, { ...options, stdin: true });
  const socket = await api.hijack({
    method: 'POST',
    path: `/exec/${session.execId}/start`,
    body: { Detach: false, Tty: options.tty },
    what: 'run a command in it',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const attached = new AttachedSession(api, id, session, socket, options.tty);
  if (options.cols !== undefined && options.rows !== undefined) await attached.resize(options.cols, options.rows);
  // A node that ended meanwhile has no session to guard.
  const guard = options.tty ? guardSession(api, id, session.mark).catch(() => null) : null;
  attached.onEnd(() => void guard?.then((letBe) => letBe?.()));
  const onAbort = () => void attached.kill();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  attached.onEnd(() => options.signal?.removeEventListener('abort', onAbort));
  if (options.signal?.aborted === true) await attached.kill();
  return attached;
}

/** Bytes kept while nobody listens yet; then the command is held back. */
const keptUnheard = 64 * 1024;

/** What the engine says of a command whose node died: killed, or (126) never quite begun. */
const suspect: ReadonlySet<number | null> = new Set([137, 126, null]);

type Listener = (bytes: Uint8Array) => void;

class AttachedSession implements Attached {
  private readonly listeners = { stdout: [] as Listener[], stderr: [] as Listener[] };
  private readonly endListeners: ((exitCode: number | null) => void)[] = [];
  /** What came before the first listener; null from then on. */
  private unheard: { readonly stream: 'stdout' | 'stderr'; readonly bytes: Buffer }[] | null = [];
  private unheardLength = 0;
  private held = false;
  private closed = false;
  private killing: Promise<void> | null = null;
  private end: { readonly code: number | null } | null = null;

  constructor(
    private readonly api: DockerApi,
    private readonly id: string,
    private readonly session: Session,
    private readonly socket: Socket,
    tty: boolean,
  ) {
    const demux = new Demux((stream, bytes) => this.deliver(stream, bytes));
    socket.on('data', (chunk: Buffer) => (tty ? this.deliver('stdout', chunk) : demux.feed(chunk)));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => void this.finish());
  }

  write(bytes: Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  endInput(): void {
    if (this.socket.writable) this.socket.end();
  }

  onData(listener: Listener): void {
    this.listeners.stdout.push(listener);
    this.hear();
  }

  onError(listener: Listener): void {
    this.listeners.stderr.push(listener);
    this.hear();
  }

  onEnd(listener: (exitCode: number | null) => void): void {
    if (this.end === null) this.endListeners.push(listener);
    else listener(this.end.code);
  }

  pause(): void {
    this.held = true;
    this.socket.pause();
  }

  resume(): void {
    this.held = false;
    this.socket.resume();
  }

  async resize(cols: number, rows: number): Promise<void> {
    if (this.closed) return;
    try {
      await this.api.json({
        method: 'POST',
        path: `/exec/${this.session.execId}/resize`,
        query: { w: cols, h: rows },
        what: 'resize a terminal',
      });
    } catch (error) {
      // The command may have ended, or be on its way there: then there is nothing to resize.
      if (!(error instanceof LabError) || error.code === 'engine/unreachable') throw error;
    }
  }

  kill(): Promise<void> {
    this.killing ??= this.killOnce();
    return this.killing;
  }

  private async killOnce(): Promise<void> {
    // Read on, else a held back command never ends its stream.
    this.socket.resume();
    try {
      await killSession(this.api, this.id, this.session.mark, 'HUP', {
        ended: () => this.closed,
        until: Date.now() + 5000,
      });
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
    } finally {
      this.socket.destroy();
    }
  }

  private deliver(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    if (this.unheard === null) {
      for (const listener of this.listeners[stream]) listener(bytes);
      return;
    }
    this.unheard.push({ stream, bytes });
    this.unheardLength += bytes.length;
    if (this.unheardLength > keptUnheard) this.socket.pause();
  }

  /** Hands on what was kept, in a later turn: the listener of the other stream comes within this one. */
  private hear(): void {
    if (this.unheard === null || this.listeners.stdout.length + this.listeners.stderr.length > 1) return;
    queueMicrotask(() => {
      const kept = this.unheard ?? [];
      this.unheard = null;
      for (const { stream, bytes } of kept) this.deliver(stream, bytes);
      if (!this.held) this.socket.resume();
    });
  }

  private async finish(): Promise<void> {
    this.closed = true;
    this.end = { code: await this.lastCode() };
    for (const listener of this.endListeners.splice(0)) listener(this.end.code);
  }

  /** Null when the node died under the command, or cannot be asked. */
  private async lastCode(): Promise<number | null> {
    try {
      const until = Date.now() + 1000;
      for (;;) {
        const { running, code } = await exitCode(this.api, this.session.execId);
        if (!running || Date.now() > until) return suspect.has(code) && (await this.nodeDied()) ? null : code;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    } catch (error) {
      if (error instanceof LabError) return null;
      throw error;
    }
  }

  /** The engine notices the end of a node's commands before that of the node: asked for half a second. */
  private async nodeDied(): Promise<boolean> {
    const until = Date.now() + 500;
    for (;;) {
      const node = await inspectNode(this.api, this.id);
      if (node === null || node.state === 'stopped') return true;
      if (Date.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
