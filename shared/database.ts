import type { Observed } from './lab.ts';

/** How the copies of a database agree. */
export type Protocol = 'ovsdb-raft' | 'dqlite' | 'ovsdb-sync' | 'postgres-stream';

/**
 * What a replica is, reduced to the features the glyphs draw (design/DESIGN-LANGUAGE.md section 3). `none`: the node answers and
 * holds no copy. `gone`: the engine saw its node end. `frozen`: the engine paused it. `unknown`: it did not answer in time.
 */
export type ReplicaKind =
  'leader' | 'voter' | 'candidate' | 'joining' | 'standby' | 'spare' | 'frozen' | 'unknown' | 'gone' | 'none';

/** The copy of one database on one node, as that node itself says. Absent facts are null, never guessed. */
export interface Replica extends Observed {
  readonly node: string;
  readonly kind: ReplicaKind;
  /** The software's own word, e.g. `leader`, `follower`, `candidate`, `voter`, `stand-by`; null while unknown. */
  readonly role: string | null;
  /** The software's own status sentence, e.g. `cluster member`, `disconnected from the cluster (election timeout)`. */
  readonly status: string | null;
  /** Connected to a majority, as the database says of itself (`_Server.Database.connected`). */
  readonly connected: boolean | null;
  readonly leads: boolean | null;
  readonly votes: boolean | null;
  readonly term: number | null;
  /** Last applied entry of the log. */
  readonly index: number | null;
  /** Node it believes leads; `null` when it names nobody or was not asked. */
  readonly leader: string | null;
  /** Node it voted for in this term. */
  readonly vote: string | null;
  /** Server id, short as printed, e.g. `a8c0`. */
  readonly serverId: string | null;
  readonly clusterId: string | null;
  /** By the engine: the node is cut from the network of this address, so no peer can reach it, whatever it or they still think. */
  readonly cut?: true;
  /** Raft address, e.g. `ssl:172.28.31.12:6643`. */
  readonly address: string | null;
  /** First and last entry of the log, as printed `[2, 1403]`. */
  readonly log: string | null;
  readonly notCommitted: number | null;
  /** Tokens as printed, e.g. `->03a5`, `(->03a5)`. */
  readonly connections: readonly string[];
  readonly servers: readonly KnownServer[];
}

/** A server of the database as a replica knows it. */
export interface KnownServer {
  /** Short, as printed. */
  readonly id: string;
  readonly address: string;
  /** Node of the lab, if the address is one of ours. */
  readonly node: string | null;
  /** In the software's own word, e.g. `voter`, `stand-by`; absent where every server votes. */
  readonly role?: string;
}

export interface DatabaseView {
  /** `cluster`, `nb`, `sb`; the order is the same everywhere. */
  readonly id: string;
  readonly title: string;
  /** Short name on cards, e.g. `OVN NB`. */
  readonly short: string;
  readonly protocol: Protocol;
  /** In milliseconds; null while unknown. */
  readonly electionTimer: number | null;
  /** When this backend saw the last leader go; absent while one leads, and while none was ever seen. */
  readonly leaderlessSince?: number;
  readonly replicas: readonly Replica[];
}
