import type { Millis } from '../../../shared/lab.ts';
import { JsonRpcSession } from '../../../shared/ovsdb/session.ts';
import type { NodeSockets } from '../node-sockets.ts';
import { nodeTimers } from '../node-timers.ts';

export interface RelayOptions {
  readonly sockets: NodeSockets;
  /** Path of a unix socket in the node. */
  readonly socket: string;
  /** For messages, e.g. `OVN_Northbound on node-1`. */
  readonly name: string;
  readonly now: () => Millis;
  /** Milliseconds without a word after which it sends an `echo`, and after which it calls the peer silent; null: it never asks. */
  readonly probe: { readonly idle: number; readonly giveUp: number } | null;
  /** A new session. The socket may not be there yet: what is written now reaches it when it is. */
  readonly onSession: (session: JsonRpcSession) => void;
  /** `answers`, `absent` or `heardAt` after a gap changed. */
  readonly onChange: () => void;
}

const backoff = { first: 250, most: 4000 };

/**
 * A session on one unix socket of a node, kept for as long as it is wanted: works without a published port or a route, and while the node's
 * networks are cut. Reconnects with bounded backoff.
 */
export class Relay {
  #session: JsonRpcSession | null = null;
  #answers = false;
  #absent = false;
  #failed = false;
  #heardAt: Millis | null = null;
  #echoSent: Millis | null = null;
  #pause = backoff.first;
  #closed = false;
  #stopTimer: () => void = () => {};

  constructor(private readonly options: RelayOptions) {
    this.#open();
  }

  /** The open session, answering or not. */
  get session(): JsonRpcSession | null {
    return this.#session;
  }

  /** Said something and did not fall silent since. */
  get answers(): boolean {
    return this.#answers;
  }

  /** Nobody listens on that path: the daemon is not there. False while not known. */
  get absent(): boolean {
    return this.#absent;
  }

  /** The first question is under way: nothing was heard yet, and nothing has failed. */
  get asking(): boolean {
    return !this.#closed && this.#heardAt === null && !this.#absent && !this.#failed;
  }

  get heardAt(): Millis | null {
    return this.#heardAt;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#answers = false;
    this.#stopTimer();
    this.#session?.close();
    this.#session = null;
  }

  #open(): void {
    const { sockets, socket, name } = this.options;
    const stream = sockets.open(socket);
    stream.onAbsent(() => {
      this.#absent = true;
      this.options.onChange();
    });
    const tapped = {
      ...stream,
      onText: (listener: (text: string) => void) => stream.onText((text) => this.#heard(text, listener)),
    };
    const session = new JsonRpcSession(name, tapped, nodeTimers);
    this.#session = session;
    session.onClose(() => this.#ended());
    this.options.onSession(session);
  }

  #heard(text: string, listener: (text: string) => void): void {
    const first = !this.#answers;
    this.#heardAt = this.options.now();
    this.#echoSent = null;
    this.#answers = true;
    this.#absent = false;
    this.#pause = backoff.first;
    if (first) this.#probe();
    listener(text);
    if (first) this.options.onChange();
  }

  /** One timer at a time: until the next echo is due, or its answer overdue. */
  #probe(): void {
    const { probe, now } = this.options;
    if (probe === null || this.#closed) return;
    this.#stopTimer();
    const due = this.#echoSent === null ? (this.#heardAt ?? now()) + probe.idle : this.#echoSent + probe.giveUp;
    this.#stopTimer = nodeTimers.after(Math.max(1, due - now()), () => {
      const late = now();
      if (this.#echoSent !== null && late - this.#echoSent >= probe.giveUp) {
        // The echo stays under way: a process that goes on answers it, and that is heard.
        this.#answers = false;
        this.options.onChange();
        return;
      }
      if (this.#echoSent === null && late - (this.#heardAt ?? late) >= probe.idle) {
        this.#echoSent = late;
        this.#session?.call('echo', [], 600_000).catch(() => undefined);
      }
      this.#probe();
    });
  }

  #ended(): void {
    this.#session = null;
    if (this.#closed) return;
    this.#failed = true;
    this.#answers = false;
    this.#echoSent = null;
    this.#stopTimer();
    this.#stopTimer = nodeTimers.after(this.#pause, () => this.#open());
    this.#pause = Math.min(this.#pause * 2, backoff.most);
    this.options.onChange();
  }
}
