import type { Replica, ReplicaKind } from '../../../shared/database.ts';
import type { Millis, NodeState } from '../../../shared/lab.ts';
import { hostOf } from '../addresses.ts';
import type { ClusterStatus } from './cluster-status.ts';
import type { ServerRow } from './server-row.ts';

/** Everything known of one database on one node. */
export interface ReplicaFacts {
  readonly node: string;
  /** By the engine. */
  readonly state: NodeState;
  /** By the engine: addresses on networks the node is cut from. */
  readonly detached: readonly string[];
  readonly answers: boolean;
  /** The first answer is waited for, and no question has failed. */
  readonly asking: boolean;
  /** No server listens. */
  readonly absent: boolean;
  /** Any other source of the node answers. */
  readonly nodeAnswers: boolean;
  readonly heardAt: Millis | null;
  readonly row: ServerRow | null;
  readonly status: ClusterStatus | null;
  /** The server says `unknown cluster`. */
  readonly left: boolean;
  /** Role by the product's own list of members, e.g. `spare`; null where there is none. */
  readonly memberRole: string | null;
  /** Node of the lab that has this Raft address. */
  readonly nodeAt: (address: string) => string | null;
}

/**
 * Joins what is known to a replica. While the node does not answer the facts stay what they were, `answers` is false, and `kind` says why:
 * `frozen` or `gone` by the engine, else `unknown`.
 */
export function replicaOf(facts: ReplicaFacts): Replica {
  const { node, row, status, answers } = facts;
  const servers = (status?.servers ?? []).map((server) => ({ ...server, node: facts.nodeAt(server.address) }));
  const named = (id: string | null) => {
    if (id === 'self') return node;
    return servers.find((server) => server.id === id)?.node ?? null;
  };
  const copy = row !== null && !facts.left;
  const address = status?.address ?? null;
  const isCut = address !== null && facts.detached.includes(hostOf(address));
  return {
    node,
    kind: kindOf(facts),
    role: roleOf(facts),
    status: facts.left ? 'not in the cluster' : (status?.status ?? null),
    connected: copy ? row.connected : null,
    leads: copy ? row.leads : null,
    votes: copy ? row.model === 'clustered' && !joining(facts) : null,
    term: status?.term ?? null,
    index: row?.index ?? null,
    leader: copy && row.leads ? node : named(status?.leader ?? null),
    vote: named(status?.vote ?? null),
    serverId: status?.serverId ?? row?.serverId ?? null,
    clusterId: status?.clusterId ?? row?.clusterId ?? null,
    address,
    log: status?.log ?? null,
    notCommitted: status?.notCommitted ?? null,
    connections: status?.connections ?? [],
    servers,
    source: '_Server and ovn-appctl cluster/status',
    observedAt: facts.heardAt,
    answers,
    ...(isCut ? { cut: true as const } : {}),
    ...(facts.asking ? { asking: true as const } : {}),
  };
}

/**
 * The software's own word; a push of `_Server` is newer than a status that contradicts it. A relay holds the copy of a member that the
 * product calls stand-by: one thing has one word on every screen.
 */
function roleOf({ row, status, answers, left, memberRole }: ReplicaFacts): string | null {
  if (row === null || left) return answers || memberRole === null ? null : memberRole;
  if (row.model === 'relay') return 'stand-by';
  if (row.model !== 'clustered') return row.model;
  if (row.leads) return 'leader';
  return status?.role === 'leader' ? null : (status?.role ?? null);
}

function kindOf(facts: ReplicaFacts): ReplicaKind {
  const { state, answers, absent, nodeAnswers, row, status, left, memberRole } = facts;
  if (state === 'paused') return 'frozen';
  if (state === 'stopped' || state === 'gone') return 'gone';
  if (state !== 'running') return 'unknown';
  if (!answers) {
    if (!nodeAnswers || !absent) return 'unknown';
    if (memberRole === 'spare') return 'spare';
    if (memberRole === 'PENDING') return 'joining';
    // A server that was seen and no longer listens has a copy nobody can see now.
    return row === null || left ? 'none' : 'unknown';
  }
  if (row === null || left) return 'none';
  if (row.model !== 'clustered') return 'standby';
  if (row.leads) return 'leader';
  if (joining(facts)) return 'joining';
  return status?.role === 'candidate' ? 'candidate' : 'voter';
}

/** `joining cluster`, or no entry of a log yet. */
function joining({ row, status }: ReplicaFacts): boolean {
  if (status?.status !== null && status !== null) return status.status.startsWith('joining');
  return row !== null && !row.connected && row.index === null;
}
