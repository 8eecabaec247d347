import { WebSocket } from 'ws';
import type { NodeSockets } from '../node-sockets.ts';
import { nodeTimers } from '../node-timers.ts';

/** Milliseconds: until a connection must stand, and until it is tried again. */
const limits = { connect: 5000, again: 2000 };

export interface LifecycleOptions {
  readonly sockets: NodeSockets;
  /** Path of the daemon's unix socket. */
  readonly socket: string;
  /** An action, e.g. `instance-created`; null when events may have been missed, because the stream began. */
  readonly onEvent: (action: string | null) => void;
  /** The stream ended: the daemon may have. */
  readonly onEnd: () => void;
}

/** The lifecycle events one daemon pushes, its own and what other members pass on; reconnects while it is wanted. */
export class Lifecycle {
  #socket: WebSocket | null = null;
  #wanted = false;
  #stopTimer: () => void = () => {};

  constructor(private readonly options: LifecycleOptions) {}

  follow(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#stopTimer();
    if (wanted) this.#open();
    else this.#drop();
  }

  #open(): void {
    const { sockets, socket: path, onEvent } = this.options;
    const socket = new WebSocket('ws://unix/1.0/events?type=lifecycle&all-projects=true', {
      createConnection: () => sockets.stream(path) as never,
      handshakeTimeout: limits.connect,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('open', () => onEvent(null));
    socket.on('message', (data: Buffer) => {
      const action = readAction(data.toString());
      if (action !== null) onEvent(action);
    });
    // What ends with an error closes, too.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#stopTimer = nodeTimers.after(limits.again, () => this.#open());
      this.options.onEnd();
    });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.terminate();
  }
}

/** E.g. `cluster-member-removed` of `{"metadata": {"action": …}, "type": "lifecycle"}`; null for what is no such event. */
export function readAction(message: string): string | null {
  try {
    const value = JSON.parse(message) as { type?: unknown; metadata?: { action?: unknown } | null } | null;
    const action = value?.type === 'lifecycle' ? value.metadata?.action : null;
    return typeof action === 'string' ? action : null;
  } catch {
    return null;
  }
}
