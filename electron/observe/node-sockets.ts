import type { Duplex } from 'node:stream';
import { LabError } from '../../shared/errors.ts';
import type { TextStream } from '../../shared/ovsdb/session.ts';
import type { Attached, Engine } from '../engines/engine.ts';
import { byteStream } from './byte-stream.ts';
import { relayProgram } from './relay-program.ts';

/** A unix socket in a node. */
export interface NodeSocket extends TextStream {
  /** Nobody listens on the path yet; it goes on trying. */
  onAbsent(listener: () => void): void;
}

/** What comes from a socket; each is called until its end was told. */
export interface SocketListener {
  data(bytes: Uint8Array): void;
  absent(): void;
  close(reason: string): void;
}

/** What goes to a socket; nothing once its end was told. */
export interface SocketInput {
  write(bytes: Uint8Array): void;
  close(): void;
}

const newline = 10;

/** The unix sockets of one node, all through one command in it. The command starts with the first socket and ends with `close`. */
export class NodeSockets {
  readonly #open = new Map<number, SocketListener>();
  #nextId = 1;
  #attached: Attached | null = null;
  #attaching = false;
  #pending = new Uint8Array(0);
  #closed = false;

  constructor(
    private readonly engine: Engine,
    private readonly nodeId: string,
  ) {}

  /** Opens a socket; what is written before somebody listens reaches it then. */
  open(path: string): NodeSocket {
    const encoder = new TextEncoder();
    const decoder = new TextDecoder();
    let ended: string | null = null;
    let onText: (text: string) => void = () => {};
    let onAbsent = () => {};
    const listeners: ((reason: string) => void)[] = [];
    const input = this.#carry(path, {
      data: (bytes) => onText(decoder.decode(bytes, { stream: true })),
      absent: () => onAbsent(),
      close: (reason) => {
        ended = reason;
        for (const listener of listeners.splice(0)) listener(reason);
      },
    });
    return {
      write: (text) => input.write(encoder.encode(text)),
      onText: (listener) => (onText = listener),
      onAbsent: (listener) => (onAbsent = listener),
      onClose: (listener) => {
        if (ended === null) listeners.push(listener);
        else listener(ended);
      },
      close: () => input.close(),
    };
  }

  /**
   * A socket as bytes, for what speaks over a stream of Node's (`http`, `tls`, `ws`).
   * @param path of a unix socket, `tcp:ADDRESS:PORT` with an address of the node's own, or `file:PATH` to read
   * @returns a stream that fails with LabError 'source/silent' when nobody listens or the connection breaks
   */
  stream(path: string): Duplex {
    return byteStream(path, (listener) => this.#carry(path, listener));
  }

  /** Ends the command in the node by ending its input, which also works for one that is paused now. */
  close(): void {
    this.#closed = true;
    this.#attached?.endInput();
    for (const open of [...this.#open.values()]) open.close('closed');
  }

  #carry(path: string, listener: SocketListener): SocketInput {
    const id = this.#nextId++;
    let ended = false;
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      this.#open.delete(id);
      listener.close(reason);
    };
    this.#open.set(id, { ...listener, close: end });
    let held: Uint8Array[] | null = [];
    this.#ready(() => {
      if (ended) return;
      this.#send('O', id, new TextEncoder().encode(path));
      for (const bytes of held ?? []) this.#send('D', id, bytes);
      held = null;
    }, end);
    return {
      write: (bytes) => {
        if (ended) return;
        if (held === null) this.#send('D', id, bytes);
        else held.push(bytes);
      },
      close: () => {
        if (!ended && held === null) this.#send('C', id, new Uint8Array(0));
        end('closed');
      },
    };
  }

  readonly #whenReady: { run: () => void; fail: (reason: string) => void }[] = [];

  #ready(run: () => void, fail: (reason: string) => void): void {
    if (this.#attached !== null) {
      run();
      return;
    }
    this.#whenReady.push({ run, fail });
    if (!this.#attaching) void this.#attach();
  }

  async #attach(): Promise<void> {
    this.#attaching = true;
    try {
      const attached = await this.engine.attach(this.nodeId, ['perl', '-e', relayProgram], { tty: false });
      if (this.#closed) {
        attached.endInput();
        return;
      }
      this.#attached = attached;
      this.#pending = new Uint8Array(0);
      let errors = '';
      const decoder = new TextDecoder();
      attached.onError((bytes) => (errors = (errors + decoder.decode(bytes)).slice(-500)));
      attached.onData((bytes) => this.#receive(bytes));
      attached.onEnd((code) => this.#ended(attached, errors.trim() || `the relay ended (${code ?? 'node gone'})`));
      for (const { run } of this.#whenReady.splice(0)) run();
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      for (const { fail } of this.#whenReady.splice(0)) fail(error.message);
    } finally {
      this.#attaching = false;
    }
  }

  #ended(attached: Attached, reason: string): void {
    if (this.#attached !== attached) return;
    this.#attached = null;
    for (const open of [...this.#open.values()]) open.close(reason);
  }

  #send(type: 'O' | 'D' | 'C' | 'H', id: number, bytes: Uint8Array): void {
    const head = new TextEncoder().encode(`${type} ${id} ${bytes.length}\n`);
    const frame = new Uint8Array(head.length + bytes.length);
    frame.set(head);
    frame.set(bytes, head.length);
    this.#attached?.write(frame);
  }

  #receive(bytes: Uint8Array): void {
    let rest = this.#pending.length === 0 ? bytes : joined(this.#pending, bytes);
    for (;;) {
      const end = rest.indexOf(newline);
      if (end < 0) break;
      const head = new TextDecoder().decode(rest.subarray(0, end));
      const [, type, id, length] = /^([A-Z]) ([0-9]+) ([0-9]+)$/.exec(head) ?? [];
      if (length === undefined) return this.#notRelay(head);
      const next = end + 1 + Number(length);
      if (rest.length < next) break;
      this.#frame(type ?? '', Number(id), rest.subarray(end + 1, next));
      rest = rest.subarray(next);
    }
    this.#pending = rest.slice();
  }

  /** What came is no frame: an engine that cannot start the relay says so in its place, e.g. `OCI runtime exec failed`. */
  #notRelay(said: string): void {
    this.#pending = new Uint8Array(0);
    const attached = this.#attached;
    if (attached === null) return;
    attached.endInput();
    this.#ended(attached, said.trim());
  }

  #frame(type: string, id: number, bytes: Uint8Array): void {
    // Only the answer lets the relay know that its input works.
    if (type === 'H') return this.#send('H', 0, new Uint8Array(0));
    const open = this.#open.get(id);
    if (open === undefined) return;
    if (type === 'D') open.data(bytes);
    else if (type === 'A') open.absent();
    else open.close(new TextDecoder().decode(bytes));
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
