import { LabError } from '../../shared/errors.ts';
import type { TextStream } from '../../shared/ovsdb/session.ts';
import type { Attached, Engine } from '../engines/engine.ts';
import { relayProgram } from './relay-program.ts';

/** A unix socket in a node. */
export interface NodeSocket extends TextStream {
  /** Nobody listens on the path yet; it goes on trying. */
  onAbsent(listener: () => void): void;
}

interface Open {
  readonly path: string;
  readonly decoder: TextDecoder;
  text: (text: string) => void;
  absent: () => void;
  close: (reason: string) => void;
}

const newline = 10;

/** The unix sockets of one node, all through one command in it. The command starts with the first socket and ends with `close`. */
export class NodeSockets {
  readonly #open = new Map<number, Open>();
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
    const id = this.#nextId++;
    const encoder = new TextEncoder();
    let ended: string | null = null;
    const listeners: ((reason: string) => void)[] = [];
    const end = (reason: string) => {
      if (ended !== null) return;
      ended = reason;
      this.#open.delete(id);
      for (const listener of listeners.splice(0)) listener(reason);
    };
    const open: Open = { path, decoder: new TextDecoder(), text: () => {}, absent: () => {}, close: end };
    this.#open.set(id, open);
    let held: Uint8Array[] | null = [];
    this.#ready(() => {
      if (ended !== null) return;
      this.#send('O', id, encoder.encode(path));
      for (const bytes of held ?? []) this.#send('D', id, bytes);
      held = null;
    }, end);
    return {
      write: (text) => {
        if (ended !== null) return;
        const bytes = encoder.encode(text);
        if (held === null) this.#send('D', id, bytes);
        else held.push(bytes);
      },
      onText: (listener) => (open.text = listener),
      onAbsent: (listener) => (open.absent = listener),
      onClose: (listener) => {
        if (ended === null) listeners.push(listener);
        else listener(ended);
      },
      close: () => {
        if (ended === null && held === null) this.#send('C', id, new Uint8Array(0));
        end('closed');
      },
    };
  }

  /** Ends the command in the node by ending its input, which also works for one that is paused now. */
  close(): void {
    this.#closed = true;
    this.#attached?.endInput();
    for (const open of [...this.#open.values()]) open.close('closed');
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
    if (type === 'D') open.text(open.decoder.decode(bytes, { stream: true }));
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
