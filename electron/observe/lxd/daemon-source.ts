import { buffer } from 'node:stream/consumers';
import { LabError } from '../../../shared/errors.ts';
import type { Millis } from '../../../shared/lab.ts';
import type { Engine } from '../../engines/engine.ts';
import type { NodeSockets } from '../node-sockets.ts';
import { nodeTimers } from '../node-timers.ts';
import { askDaemon } from './ask-daemon.ts';
import { Lifecycle } from './lifecycle.ts';
import { Opinion, type OpinionTold } from './opinion.ts';
import { readRaftLines, readRaftNodes, type RaftNode } from './raft-node.ts';
import { readRaftMetadata, type RaftPromise } from './raft-metadata.ts';
import type { LxdSources } from './sources.ts';
import { readResults } from './sql-results.ts';

/** Milliseconds between two questions whether it answers, and how long an answer may take. */
const pace = { ask: 1000, answer: 2000, file: 1000, command: 5000 };
/** Milliseconds from the start of a node in which its daemon may not listen yet. */
const starting = 5000;

export interface DaemonOptions {
  readonly engine: Engine;
  readonly sockets: NodeSockets;
  readonly sources: LxdSources;
  /** Engine id of the node. */
  readonly nodeId: string;
  readonly node: string;
  /** When the node started; null when the engine does not say. */
  readonly since: Millis | null;
  /** Addresses of the node, to know its own row among the servers of the database. */
  readonly addresses: readonly string[];
  readonly now: () => Millis;
  readonly onChange: () => void;
  /** A lifecycle event, or null when some may have been missed. */
  readonly onEvent: (action: string | null) => void;
}

/**
 * One node's daemon and what it tells of itself without quorum: whether it answers, the servers of the database by its local copy, what its dqlite
 * thinks and has promised. Asked at a pace and at once when a connection ends; a daemon that is not there leaves its file.
 */
export class DaemonSource {
  readonly #opinion: Opinion;
  readonly #lifecycle: Lifecycle;
  #answers = false;
  #absent = false;
  /** Of a daemon that is not there: its file was read. */
  #hasRead = false;
  #heardAt: Millis | null = null;
  #tried = false;
  #asking = false;
  /** Of the local database; null until read. */
  #raft: readonly RaftNode[] | null = null;
  #promise: RaftPromise | null = null;
  /** What its dqlite says, once the promise that belongs to it was read. */
  #thought: OpinionTold | null = null;
  #told = '';
  #stopTimer: () => void = () => {};
  #frozen = false;
  #closed = false;

  constructor(private readonly options: DaemonOptions) {
    const { sockets, sources, now, onEvent } = options;
    const onEnd = () => void this.#ask();
    this.#opinion = new Opinion({ sockets, sources, now, onChange: () => void this.#opinionChanged(), onEnd });
    const onPushed = (action: string | null) => {
      // A server that is made a member tells so: who asks at a pace would call it none for a second.
      if (this.self === null) void this.#ask();
      onEvent(action);
    };
    this.#lifecycle = new Lifecycle({ sockets, socket: sources.socket, onEvent: onPushed, onEnd });
    void this.#ask();
  }

  get answers(): boolean {
    return this.#answers;
  }

  /** Nobody listens on its socket. */
  get absent(): boolean {
    return this.#absent;
  }

  /** Its first answer is waited for. */
  get asking(): boolean {
    return !this.#tried;
  }

  /** Last answer, kept while it is silent. */
  get heardAt(): Millis | null {
    return this.#heardAt;
  }

  /**
   * Servers of the database as the node itself knows them: by its dqlite, else by its local copy; empty where it is not clustered, null while unknown. A
   * spare gets no log, so its dqlite does not know of itself; its local copy comes with LXD's heartbeats.
   */
  get raft(): readonly RaftNode[] | null {
    const servers = this.#opinion.told?.servers;
    return servers?.some(({ address }) => this.#isOwn(address)) === true ? servers : this.#raft;
  }

  /** What its dqlite says now; null while it does not. */
  get opinion(): OpinionTold | null {
    return this.#answers ? this.#thought : null;
  }

  get promise(): RaftPromise | null {
    return this.#promise;
  }

  /** Its own row among the servers; null where it has none. */
  get self(): RaftNode | null {
    return this.raft?.find(({ address }) => this.#isOwn(address)) ?? null;
  }

  get sockets(): NodeSockets {
    return this.options.sockets;
  }

  get node(): string {
    return this.options.node;
  }

  get settled(): boolean {
    const told = this.#opinion.settled && (this.#opinion.told === null || this.#thought !== null);
    return this.#tried && (!this.#answers || told);
  }

  /** The engine paused the node, or resumed it: asking one that is paused only fills its input. */
  freeze(frozen: boolean): void {
    if (frozen === this.#frozen) return;
    this.#frozen = frozen;
    this.#stopTimer();
    if (frozen) this.#answers = false;
    else void this.#ask();
  }

  /** The node no longer runs, or is another one: what was last known stays. */
  close(): void {
    this.#closed = true;
    this.#answers = false;
    this.#stopTimer();
    this.#opinion.follow(null);
    this.#lifecycle.follow(false);
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#frozen || this.#closed) return;
    this.#asking = true;
    this.#stopTimer();
    const { sockets, sources, now } = this.options;
    try {
      const body = { database: 'local', query: 'SELECT * FROM raft_nodes' };
      const answer = await askDaemon(sockets, sources.socket, { path: '/internal/sql', body, timeout: pace.answer });
      this.#raft = readRaftNodes(readResults(answer)[0] ?? []);
      this.#heard(now());
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      // A refusal is an answer, too: it starts, say.
      if (error.code === 'source/unreadable') this.#heard(now());
      else await this.#silent(error);
    }
    await this.#readPromise();
    this.#asking = false;
    this.#tried = true;
    if (this.#closed || this.#frozen) return;
    this.#follow();
    this.#tell();
    this.#stopTimer = nodeTimers.after(pace.ask, () => void this.#ask());
  }

  #heard(at: Millis): void {
    this.#heardAt = at;
    this.#answers = !this.#closed && !this.#frozen;
    this.#absent = false;
    this.#hasRead = false;
  }

  async #silent(error: LabError): Promise<void> {
    this.#answers = false;
    this.#absent = error.message.endsWith('nobody listens');
    this.#tell();
    const { engine, nodeId, sources, since, now } = this.options;
    if (!this.#absent || this.#hasRead || now() - (since ?? 0) < starting) return;
    this.#hasRead = true;
    // Its file says which servers it knew: read once, and by a command, for a database is no text.
    const query = 'SELECT id, address, role FROM raft_nodes';
    const command = ['sqlite3', '-readonly', '-separator', '|', sources.localDatabase, query];
    try {
      const { exitCode, stdout } = await engine.exec(nodeId, command, { timeout: pace.command });
      if (exitCode === 0) this.#raft = readRaftLines(stdout);
    } catch (failed) {
      if (!(failed instanceof LabError)) throw failed;
    }
  }

  async #readPromise(): Promise<void> {
    const { sockets, sources } = this.options;
    const read = async (name: string) => {
      const stream = sockets.stream(`file:${sources.globalDatabase}/${name}`);
      const stop = nodeTimers.after(pace.file, () => stream.destroy());
      try {
        return await buffer(stream);
      } catch {
        return null;
      } finally {
        stop();
      }
    };
    const promise = readRaftMetadata(await Promise.all(['metadata1', 'metadata2'].map(read)));
    if (promise !== null) this.#promise = promise;
  }

  #follow(): void {
    const own = this.#answers ? (this.#raft?.find(({ address }) => this.#isOwn(address)) ?? null) : null;
    if (own === null) this.#thought = null;
    this.#opinion.follow(own?.address ?? null);
    this.#lifecycle.follow(this.#answers);
  }

  #isOwn(address: string): boolean {
    return this.options.addresses.includes(address.slice(0, address.lastIndexOf(':')));
  }

  /** A new leader often means a new term, which is told with it; that nothing is known any more is told at once. */
  async #opinionChanged(): Promise<void> {
    if (this.#opinion.told === null) this.#thought = null;
    else if (!this.#closed && !this.#frozen) await this.#readPromise();
    this.#thought = this.#opinion.told;
    this.#tell();
  }

  #tell(): void {
    if (this.#closed) return;
    const { answers, absent, settled, raft, opinion, promise } = this;
    const told = JSON.stringify({ answers, absent, settled, raft, opinion, promise });
    if (told === this.#told) return;
    this.#told = told;
    this.options.onChange();
  }
}
