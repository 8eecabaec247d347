import type { Replica, ReplicaKind } from '../../../shared/database.ts';
import type { Millis, NodeState } from '../../../shared/lab.ts';
import { hostOf } from '../addresses.ts';
import type { OpinionTold } from './opinion.ts';
import type { RaftNode } from './raft-node.ts';
import type { RaftPromise } from './raft-metadata.ts';

/** Everything known of the database on one node. */
export interface ReplicaFacts {
  readonly node: string;
  /** By the engine. */
  readonly state: NodeState;
  /** By the engine: addresses on networks the node is cut from. */
  readonly detached: readonly string[];
  readonly answers: boolean;
  readonly asking: boolean;
  readonly heardAt: Millis | null;
  /** Servers the node itself knows; empty where it is not clustered, null while unknown. */
  readonly raft: readonly RaftNode[] | null;
  /** Its row by the leader, where one answers, else by itself. */
  readonly self: RaftNode | null;
  readonly opinion: OpinionTold | null;
  readonly promise: RaftPromise | null;
  /** LXD keeps a row for it that its join has not finished yet. */
  readonly pending: boolean;
  /** Node of the lab that has this Raft address. */
  readonly nodeAt: (address: string) => string | null;
}

/** Joins what is known to a replica. While the node does not answer the facts stay what they were, and `kind` says why. */
export function replicaOf(facts: ReplicaFacts): Replica {
  const { node, answers, raft, self, opinion, promise, detached } = facts;
  const leads = opinion === null || self === null ? null : opinion.leader === self.address;
  const servers = (raft ?? []).map((server) => ({ ...server, node: facts.nodeAt(server.address) }));
  const isCut = self !== null && detached.includes(hostOf(self.address));
  return {
    node,
    kind: kindOf(facts, leads === true),
    role: leads === true ? 'leader' : (self?.role ?? null),
    status: null,
    connected: null,
    leads,
    votes: self === null ? (raft === null ? null : false) : self.role === 'voter',
    term: self === null ? null : (promise?.term ?? null),
    index: null,
    leader: opinion === null || opinion.leader === null ? null : facts.nodeAt(opinion.leader),
    vote: servers.find(({ id }) => id === promise?.vote)?.node ?? null,
    serverId: self?.id ?? null,
    clusterId: null,
    address: self?.address ?? null,
    log: null,
    notCommitted: null,
    connections: [],
    servers,
    source: 'dqlite, and raft_nodes of the local database',
    observedAt: facts.heardAt,
    answers,
    ...(isCut ? { cut: true as const } : {}),
    ...(facts.asking ? { asking: true as const } : {}),
  };
}

function kindOf({ state, answers, raft, self, pending }: ReplicaFacts, leads: boolean): ReplicaKind {
  if (state === 'paused') return 'frozen';
  if (state === 'stopped' || state === 'gone') return 'gone';
  if (state !== 'running' || !answers) return 'unknown';
  if (self === null) return pending ? 'joining' : raft === null ? 'unknown' : 'none';
  if (leads) return 'leader';
  return self.role === 'voter' ? 'voter' : self.role === 'stand-by' ? 'standby' : 'spare';
}
