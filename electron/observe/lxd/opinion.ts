import { buffer } from 'node:stream/consumers';
import { connect } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { Millis } from '../../../shared/lab.ts';
import type { NodeSockets } from '../node-sockets.ts';
import { nodeTimers } from '../node-timers.ts';
import { DqliteReader, handshake, leaderQuestion, serversQuestion, type DqliteAnswer } from './dqlite-wire.ts';
import type { RaftNode } from './raft-node.ts';
import type { LxdSources } from './sources.ts';

/**
 * Milliseconds: between two questions who leads, for the servers between two, without an answer until it counts as silent, and until it is
 * tried again.
 */
const pace = { leader: 250, servers: 1000, silent: 2000, again: 1000 };

/** What the node's own dqlite says. */
export interface OpinionTold {
  /** Raft address of the server it follows, or its own; null when it knows of none. */
  readonly leader: string | null;
  /** It named the same leader in two answers, a moment apart: the daemon is past its beginning. */
  readonly steady: boolean;
  /** Its own Raft configuration; null until told. */
  readonly servers: readonly RaftNode[] | null;
}

export interface OpinionOptions {
  readonly sockets: NodeSockets;
  readonly sources: LxdSources;
  readonly now: () => Millis;
  /** The answer is another one, or came or went. */
  readonly onChange: () => void;
  /** The connection ended: the daemon may have. */
  readonly onEnd: () => void;
}

/**
 * What one node's dqlite thinks, without quorum and without LXD between: members speak to each other by `POST /internal/database` with
 * `Upgrade: dqlite` and their server certificate (lxd/cluster/gateway.go of LXD 5.0), and so does this, from within the node to the node's own address.
 * The unix socket of dqlite takes connections only from its own process (src/server.c of dqlite), and LXD's `GET /internal/database` waits for a leader.
 */
export class Opinion {
  #told: OpinionTold | null = null;
  #address: string | null = null;
  #socket: Duplex | null = null;
  #tried = false;
  #serversAt: Millis = 0;
  /** Counts tries: what an earlier one still waits for is not wanted. */
  #attempt = 0;
  #stopTimer: () => void = () => {};

  constructor(private readonly options: OpinionOptions) {}

  /** Null while it does not answer. */
  get told(): OpinionTold | null {
    return this.#told;
  }

  /** True once it answered, or did not. */
  get settled(): boolean {
    return this.#tried || this.#address === null;
  }

  /** @param address own Raft address, e.g. `172.28.31.12:8443`; null to rest */
  follow(address: string | null): void {
    if (address === this.#address) return;
    this.#address = address;
    this.#tried = false;
    this.#end();
    if (address !== null) void this.#open(address);
  }

  async #open(address: string): Promise<void> {
    const { sockets, sources } = this.options;
    const attempt = ++this.#attempt;
    const read = (path: string) => buffer(sockets.stream(`file:${path}`));
    // A connection that cannot even begin is given up like one that falls silent.
    this.#stopTimer = nodeTimers.after(pace.silent, () => this.#broke());
    try {
      const [cert, key] = await Promise.all([read(sources.certificate), read(sources.key)]);
      if (attempt !== this.#attempt) return;
      // The way leads from the node to itself: there is nobody to mistake it for, and its certificate names no address.
      const carrier = sockets.stream(`tcp:${address}`);
      const socket = connect({ socket: carrier, cert, key, rejectUnauthorized: false });
      this.#socket = socket;
      socket.on('close', () => carrier.destroy());
      socket.on('error', () => this.#broke(socket));
      socket.on('close', () => this.#broke(socket));
      const reader = new DqliteReader();
      let head: string | null = '';
      socket.on('data', (bytes: Buffer) => {
        if (this.#socket !== socket) return;
        if (head === null) {
          this.#read(reader, bytes);
          return;
        }
        head += bytes.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        if (!head.startsWith('HTTP/1.1 101 ')) {
          this.#broke(socket);
          return;
        }
        head = null;
        socket.write(handshake);
        this.#ask();
      });
      socket.write(
        'POST /internal/database HTTP/1.1\r\nHost: unix\r\nUpgrade: dqlite\r\nX-Dqlite-Version: 1\r\nContent-Length: 0\r\n\r\n',
      );
    } catch {
      // No certificate yet, or no node: the timer tries again.
      if (attempt === this.#attempt) this.#broke();
    }
  }

  #ask(): void {
    const { now } = this.options;
    const servers = now() - this.#serversAt >= pace.servers;
    if (servers) this.#serversAt = now();
    this.#socket?.write(servers ? Buffer.concat([serversQuestion, leaderQuestion]) : leaderQuestion);
    this.#stopTimer();
    this.#stopTimer = nodeTimers.after(pace.silent, () => this.#broke());
  }

  #read(reader: DqliteReader, bytes: Uint8Array): void {
    let answers: readonly DqliteAnswer[];
    try {
      answers = reader.read(bytes);
    } catch {
      this.#broke();
      return;
    }
    for (const answer of answers) {
      if (answer.kind === 'failure') return this.#broke();
      if (answer.kind === 'servers')
        this.#tell({ leader: null, steady: false, ...this.#told, servers: answer.servers });
      else {
        // A change of leader often is a change of the servers, too.
        if (this.#told?.leader !== answer.leader) this.#serversAt = 0;
        const steady = answer.leader !== null && answer.leader === this.#told?.leader;
        this.#tell({ leader: answer.leader, steady, servers: this.#told?.servers ?? null });
        this.#stopTimer();
        this.#stopTimer = nodeTimers.after(pace.leader, () => this.#ask());
      }
    }
  }

  #tell(told: OpinionTold | null): void {
    const changed = !this.#tried || JSON.stringify(told) !== JSON.stringify(this.#told);
    this.#tried = true;
    this.#told = told;
    if (changed) this.options.onChange();
  }

  /** It ended or fell silent: nothing is known of what it thinks now. */
  #broke(socket: Duplex | null = this.#socket): void {
    if (socket !== this.#socket) return;
    const spoke = this.#told !== null;
    this.#end();
    this.#tell(null);
    const address = this.#address;
    if (address === null) return;
    this.#stopTimer = nodeTimers.after(pace.again, () => void this.#open(address));
    if (spoke) this.options.onEnd();
  }

  #end(): void {
    this.#stopTimer();
    this.#attempt++;
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
    if (this.#address === null) this.#told = null;
  }
}
