import type { DatabaseView, Protocol, Replica } from './database.ts';

/**
 * `quorum`: a majority answers and one of it leads. `no-leader`: a majority answers, none leads. `lost`: fewer than needed answer.
 * `unknown`: no voter answers, or not all have been heard for the first time, so nothing can be said.
 */
export type QuorumState = 'quorum' | 'no-leader' | 'lost' | 'unknown';

/** What the replicas of one database amount to. Derived, never observed; from answers only. */
export interface Quorum {
  readonly state: QuorumState;
  /** Servers with a vote, by the list of the most credible replica; 0 while unknown. */
  readonly voters: number;
  /** floor(voters / 2) + 1 */
  readonly needed: number;
  /** Voters that answer and reach the rest. */
  readonly answering: number;
  /** How many more of these may go, 0 at the least. */
  readonly mayLose: number;
  /** Node that leads: of several claims the newest term, then the newest answer. A silent claimant does not lead. */
  readonly leader: string | null;
  /** Newest term any voter told. */
  readonly term: number | null;
  /** Nodes counted as answering. */
  readonly voting: readonly string[];
  /** Nodes with a vote, answering or not; shorter than `voters` when a server belongs to no node of the lab. */
  readonly members: readonly string[];
  /** The first answer of a voter is still waited for, so that its silence means nothing yet. */
  readonly asking: boolean;
  /** Nodes that name another leader than the rest. */
  readonly disagreeing: readonly string[];
  /** One sentence on who thinks who leads; null while all agree. */
  readonly disagreement: string | null;
}

/**
 * The quorum of a database. Linear in the replicas but for the voters, which are compared in pairs.
 */
export function quorumOf(database: DatabaseView): Quorum {
  const replicas = database.replicas.filter((replica) => replica.votes === true);
  const awake = replicas.filter((replica) => replica.answers);
  const leader = leading(awake.some(reachable) ? awake.filter(reachable) : awake);
  const servers = (tellerOf(awake, leader)?.servers ?? []).filter(({ role }) => role === undefined || role === 'voter');
  const byId = new Map(replicas.map((replica) => [replica.serverId, replica]));

  // A Raft server knows the voters; until one has told, counting those that happened to answer first would be a guess.
  const told = servers.length > 0 || database.protocol !== 'ovsdb-raft';
  const voters = servers.length > 0 ? servers.length : replicas.length;
  const voting =
    servers.length > 0
      ? servers.flatMap((server) => byId.get(server.id) ?? unheardOn(database, server.node))
      : replicas;
  const members = servers.length > 0 ? servers.flatMap((s) => s.node ?? byId.get(s.id)?.node ?? []) : nodes(replicas);
  // A kicked server still thinks it votes and climbs in terms; nobody else counts it.
  const heard = voting.filter((replica) => replica.answers);
  const together = largestGroup(heard, leader, database.protocol);

  const needed = Math.floor(voters / 2) + 1;
  const majority = together.length >= needed;
  const known = told && awake.length > 0 && !tooEarly(heard, voting, leader, majority);
  const state = stateOf(known, majority, leader !== null);
  const dissent = dissenters(heard, leader);
  return {
    state,
    voters: state === 'unknown' ? 0 : voters,
    needed: state === 'unknown' ? 0 : needed,
    answering: together.length,
    mayLose: state === 'quorum' || state === 'no-leader' ? together.length - needed : 0,
    leader: leader?.node ?? null,
    term: heard.reduce<number | null>((max, { term }) => (max === null || (term ?? 0) > max ? term : max), null),
    voting: nodes(together),
    members,
    asking: (state === 'unknown' ? database.replicas : voting).some((replica) => replica.asking === true),
    disagreeing: nodes(dissent),
    disagreement: dissent.length === 0 ? null : sentence(dissent, leader),
  };
}

/**
 * Who looks for the first time has not heard all yet. While a voter was never heard and the others say that all is well (connected to a
 * majority, or following it), neither a lost majority nor a missing leader may be concluded.
 */
function tooEarly(
  heard: readonly Replica[],
  voting: readonly Replica[],
  leader: Replica | null,
  majority: boolean,
): boolean {
  const unheard = voting.filter(({ kind, observedAt }) => kind === 'unknown' && observedAt === null);
  if (unheard.length === 0 || (majority && leader !== null)) return false;
  // One that does not say whether it is connected says as much by naming a leader.
  if (!majority) return heard.some(({ connected, leader: follows }) => connected ?? follows !== null);
  return heard.some((replica) => unheard.some(({ node }) => node === replica.leader));
}

/** The replica of a node that never told its server id. */
function unheardOn(database: DatabaseView, node: string | null): readonly Replica[] {
  return database.replicas.filter((replica) => replica.node === node && replica.serverId === null);
}

function stateOf(known: boolean, majority: boolean, led: boolean): QuorumState {
  if (!known) return 'unknown';
  if (!majority) return 'lost';
  return led ? 'quorum' : 'no-leader';
}

function leading(awake: readonly Replica[]): Replica | null {
  const claims = awake.filter((replica) => replica.leads === true);
  return claims.reduce<Replica | null>((best, claim) => (best === null || outranks(claim, best) ? claim : best), null);
}

function outranks(a: Replica, b: Replica): boolean {
  if (a.term !== b.term) return (a.term ?? -1) > (b.term ?? -1);
  return (a.observedAt ?? 0) > (b.observedAt ?? 0);
}

/** Whose list of servers counts: the leader's, else that of a connected replica, else the longest log's (it saw the latest change). */
function tellerOf(awake: readonly Replica[], leader: Replica | null): Replica | undefined {
  const tellers = awake.filter((replica) => replica.servers.length > 0);
  if (leader !== null && leader.servers.length > 0) return leader;
  return tellers.sort(
    (a, b) => Number(b.connected === true) - Number(a.connected === true) || (b.index ?? 0) - (a.index ?? 0),
  )[0];
}

/** Around the leader, else the largest set around one replica: two halves of a cut cluster do not add up. */
function largestGroup(awake: readonly Replica[], leader: Replica | null, protocol: Protocol): readonly Replica[] {
  const live = new Map(awake.map((replica) => [replica, livePeers(replica, protocol)]));
  const around = (centre: Replica) =>
    awake.filter((replica) => replica === centre || linked(replica, live.get(replica), centre, live.get(centre)));
  if (leader !== null && awake.includes(leader))
    // Right after an election followers still say that they are not connected; one that asks for votes follows nobody, whatever it says.
    return around(leader).filter((replica) => replica.role !== 'candidate');
  return awake.map(around).reduce<readonly Replica[]>((best, group) => (group.length > best.length ? group : best), []);
}

type Peers = ReadonlySet<string> | null | undefined;

/** Ids with an unbroken connection, in or out; null where the replica did not tell (another protocol, or not asked yet). */
function livePeers(replica: Replica, protocol: Protocol): Peers {
  if (protocol !== 'ovsdb-raft' || replica.servers.length === 0) return null;
  return new Set(replica.connections.filter((token) => !token.startsWith('(')).map((token) => token.slice(2)));
}

/** A server needs the length of an election to notice that it is alone; the engine knows at once. */
function reachable(replica: Replica): boolean {
  return replica.cut !== true;
}

/** The two ends are asked at different times, so a link is broken only when both say so. */
function linked(a: Replica, peersOfA: Peers, b: Replica, peersOfB: Peers): boolean {
  if (!reachable(a) || !reachable(b)) return false;
  if (!peersOfA || !peersOfB || a.serverId === null || b.serverId === null) return true;
  return peersOfA.has(b.serverId) || peersOfB.has(a.serverId);
}

/** With a leader: who names another. Without: all who name one, when they name different ones. */
function dissenters(awake: readonly Replica[], leader: Replica | null): readonly Replica[] {
  const naming = awake.filter((replica) => believed(replica) !== null);
  if (leader !== null) return naming.filter((replica) => believed(replica) !== leader.node);
  return new Set(naming.map(believed)).size > 1 ? naming : [];
}

function believed(replica: Replica): string | null {
  return replica.leads === true ? replica.node : replica.leader;
}

function sentence(dissent: readonly Replica[], leader: Replica | null): string {
  const parts = dissent.map((replica) => {
    const term = replica.term === null ? '' : ` in term ${replica.term}`;
    return replica.leads === true
      ? `${replica.node} still claims to lead${term}`
      : `${replica.node} names ${believed(replica)}${term}`;
  });
  if (leader !== null) parts.push(`${leader.node} leads${leader.term === null ? '' : ` in term ${leader.term}`}`);
  return `${parts.join('; ')}.`;
}

function nodes(replicas: readonly Replica[]): readonly string[] {
  return replicas.map((replica) => replica.node);
}
