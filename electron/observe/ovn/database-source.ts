import { LabError } from '../../../shared/errors.ts';
import type { Millis } from '../../../shared/lab.ts';
import type { JsonRpcSession } from '../../../shared/ovsdb/session.ts';
import { readClusterStatus, type ClusterStatus } from './cluster-status.ts';
import { Monitors } from './monitors.ts';
import type { NodeSockets } from '../node-sockets.ts';
import { nodeTimers } from '../node-timers.ts';
import { Relay } from './relay.ts';
import { changedRole, readServerRow, serverRowRequest, type ServerRow } from './server-row.ts';

/** Where one database of OVN is found in a node. */
export interface OvnDatabase {
  readonly id: 'cluster' | 'nb' | 'sb';
  readonly title: string;
  /** On cards, e.g. `OVN NB`. */
  readonly short: string;
  /** Of the schema, e.g. `OVN_Northbound`. */
  readonly name: string;
  /** Path of the ovsdb-server's socket. */
  readonly socket: string;
  /** Path of its unixctl socket. */
  readonly ctl: string;
}

export interface SourceOptions {
  readonly sockets: NodeSockets;
  readonly node: string;
  readonly database: OvnDatabase;
  readonly now: () => Millis;
  readonly onChange: (what: SourceChange) => void;
}

/** `row`: the server pushed another role, or came or went. `status`: `cluster/status` names another. `facts`: anything else. */
export type SourceChange = 'row' | 'status' | 'facts';

const probe = { idle: 1000, giveUp: 2000 };
/** A first answer may have to wait for the socket (see Relay). */
const firstAnswer = 10_000;
const statusTimeout = 2000;
/** A status older than this is no longer the present. */
const statusLife = 15_000;
/** How long a change of role waits for `cluster/status`, which adds term and vote, before it is told without. */
const roleHold = 150;
/** At most one question for so many milliseconds because of new entries in the log. */
const entryPace = 250;

/**
 * One database on one node: what its `_Server` row pushes, and what `cluster/status` adds, asked over the unixctl socket at each change of
 * role and at a pace.
 */
export class DatabaseSource {
  readonly #relay: Relay;
  #ctl: Relay | null = null;
  #ctlSession: JsonRpcSession | null = null;
  #monitors: Monitors | null = null;
  #row: ServerRow | null = null;
  #status: ClusterStatus | null = null;
  #statusAt: Millis | null = null;
  #left = false;
  /** A changed row that waits for the status that belongs to it. */
  #held: { readonly row: ServerRow | null } | null = null;
  #asking: Promise<void> | null = null;
  #askAgain = false;
  #pace = 3000;
  #askedAt = 0;
  #stopPace: () => void = () => {};
  #closed = false;

  constructor(private readonly options: SourceOptions) {
    const { sockets, node, database, now } = options;
    this.#relay = new Relay({
      sockets,
      socket: database.socket,
      name: `${database.name} on ${node}`,
      now,
      probe,
      onSession: (session) => void this.#follow(session),
      onChange: () => options.onChange('row'),
    });
  }

  get node(): string {
    return this.options.node;
  }

  get answers(): boolean {
    return this.#relay.answers && this.#row !== null;
  }

  /** Its first answer is waited for, and nothing has failed. */
  get asking(): boolean {
    return this.#relay.asking || (this.#relay.answers && this.#monitors === null);
  }

  /** No server listens on this node. */
  get absent(): boolean {
    return this.#relay.absent;
  }

  /** Null until it told something of the database. */
  get heardAt(): Millis | null {
    return this.#row === null ? null : this.#relay.heardAt;
  }

  /** Kept after the session ended: then it is what was last known. */
  get row(): ServerRow | null {
    return this.#row;
  }

  /** Null once it is too old to be the present while the server answers. */
  get status(): ClusterStatus | null {
    const old = this.answers && this.options.now() - (this.#statusAt ?? 0) > statusLife;
    return old ? null : this.#status;
  }

  /** The server says it is no member of any cluster (`unknown cluster`). */
  get left(): boolean {
    return this.#left;
  }

  /** True once it told all it will tell now. */
  get settled(): boolean {
    if (!this.answers) return this.absent || this.heardAt !== null;
    return this.#row?.model !== 'clustered' || this.#statusAt !== null || this.#left;
  }

  /** For further monitors on the same session; null while there is none. */
  get monitors(): Monitors | null {
    return this.answers ? this.#monitors : null;
  }

  /** Milliseconds between two questions for `cluster/status`. */
  setPace(pace: number): void {
    if (pace === this.#pace) return;
    this.#pace = pace;
    this.#schedule();
  }

  /** Asks for `cluster/status` now. Resolves when it answered or did not; never rejects. */
  ask(): Promise<void> {
    if (this.#asking !== null) {
      this.#askAgain = true;
      return this.#asking;
    }
    this.#asking = this.#askOnce().finally(() => {
      this.#asking = null;
      const again = this.#askAgain;
      this.#askAgain = false;
      if (again) void this.ask();
      else this.#schedule();
    });
    return this.#asking;
  }

  close(): void {
    this.#closed = true;
    this.#stopPace();
    this.#relay.close();
    this.#ctl?.close();
  }

  async #follow(session: JsonRpcSession): Promise<void> {
    const monitors = new Monitors(session);
    const { database } = this.options;
    try {
      // Without this a server drops its clients when it joins (facts of ovsdb-server(7), `set_db_change_aware`).
      await session.call('set_db_change_aware', [true], firstAnswer);
      const tables = await monitors.follow(
        '_Server',
        serverRowRequest(database.name),
        () => this.#rowChanged(readServerRow(tables)),
        firstAnswer,
      );
      this.#monitors = monitors;
      this.#openCtl();
      this.#rowChanged(readServerRow(tables));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      // A session that does not answer is closed, and the relay opens the next one.
      session.close();
    }
  }

  #openCtl(): void {
    const { sockets, node, database, now } = this.options;
    if (this.#ctl !== null || this.#closed) return;
    this.#ctl = new Relay({
      sockets,
      socket: database.ctl,
      name: `cluster/status of ${database.name} on ${node}`,
      now,
      probe: null,
      onSession: (session) => {
        this.#ctlSession = session;
        void this.ask();
      },
      onChange: () => {},
    });
  }

  #rowChanged(row: ServerRow | null): void {
    if (this.#held !== null) {
      this.#held = { row };
      return;
    }
    if (!changedRole(this.#row, row)) {
      this.#row = row;
      this.options.onChange('facts');
      // A new entry may be a change of the servers or of the timer; many at once are asked about together.
      this.#schedule(entryPace);
      return;
    }
    this.#held = { row };
    const tell = () => {
      stop();
      if (this.#held === null) return;
      this.#row = this.#held.row;
      this.#held = null;
      this.options.onChange('row');
    };
    const stop = nodeTimers.after(roleHold, tell);
    // An answer that is under way may be older than this push.
    void (this.#asking ?? Promise.resolve()).then(() => this.ask()).then(tell);
  }

  async #askOnce(): Promise<void> {
    const session = this.#ctlSession;
    this.#askedAt = this.options.now();
    const row = this.#held === null ? this.#row : this.#held.row;
    if (session === null || session.closed || row?.model !== 'clustered') return;
    try {
      const answer = await session.call(
        'cluster/status',
        [this.options.database.name],
        this.#statusAt === null ? firstAnswer : statusTimeout,
      );
      const before = this.#status;
      this.#status = readClusterStatus(typeof answer === 'string' ? answer : '');
      this.#statusAt = this.options.now();
      this.#left = false;
      const { term, role, leader } = this.#status;
      // The push that belongs to this answer comes over the other socket, in a moment.
      if (row.leads !== (this.#status.role === 'leader')) return;
      const moved = term !== before?.term || role !== before.role || leader !== before.leader;
      this.options.onChange(moved ? 'status' : 'facts');
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      if (error.code !== 'source/unreadable' || !error.message.includes('unknown cluster')) return;
      this.#left = true;
      this.#status = null;
      this.options.onChange('status');
    }
  }

  #schedule(most = this.#pace): void {
    if (this.#closed || this.#asking !== null) return;
    this.#stopPace();
    const wait = Math.max(10, this.#askedAt + Math.min(most, this.#pace) - this.options.now());
    this.#stopPace = nodeTimers.after(wait, () => void this.ask());
  }
}
