import type { DatabaseView, Replica, ReplicaKind } from '../../../shared/database.ts';
import type { LabView, NodeView } from '../../../shared/lab.ts';
import { beliefs } from '../side/beliefs.ts';
import { clockTime } from '../../lib/format.ts';
import { labWords } from '../words.ts';
import { domainsOf, isOnline } from '../../lib/member-said.ts';

/**
 * What a node card shows. `waiting`: runs and is no member yet. `silent`: runs and does not answer. `dead`: ended by itself or killed;
 * `stopped`: ended on request or never started.
 */
export type CardState = 'running' | 'dead' | 'stopped' | 'paused' | 'cut' | 'silent' | 'waiting' | 'unknown';

export type Tone = 'lead' | 'plain' | 'warn' | 'off';

export interface CardRole {
  /** Id of the database. */
  readonly id: string;
  readonly short: string;
  readonly kind: ReplicaKind;
  readonly votes: boolean;
  /** The software's own word, else ours for «nothing heard». */
  readonly word: string;
  readonly tone: Tone;
  /** `OVN NB on node-2: follower, term 3` */
  readonly label: string;
  /** The same, beginning with the words on the screen: `OVN NB follower on node-2, term 3`. */
  readonly spoken: string;
}

/** What the product says of the node, which may not be what it is: a member called `Offline` may answer. */
export interface CardMember {
  readonly status: string;
  /** The node answers although the product does not call it well: two facts of two sources. */
  readonly butAnswers: boolean;
  /** The product does not call it well. */
  readonly odd: boolean;
  readonly label: string;
}

export interface Card {
  readonly name: string;
  /** Address on the management network; empty while it has none. */
  readonly address: string;
  readonly state: CardState;
  /** What befell it and since when, e.g. `killed`; null while it runs as it should. */
  readonly befell: { readonly words: string; readonly since: number | null; readonly mode: 'ago' | 'for' } | null;
  readonly roles: readonly CardRole[];
  /** The role that needs most attention: the one a tile shows. */
  readonly weakest: CardRole | null;
  /** Only where the card has room beside its one database. */
  readonly member: CardMember | null;
  /** Failure domain; empty where all nodes share one. */
  readonly domain: string;
  readonly footer: string;
  readonly footerEnd: string;
  /** Accessible name of the whole card. */
  readonly label: string;
}

/** Before the first view. */
export const noCards: ReadonlyMap<string, Card> = new Map();

/** The cards of a lab, in its order. Cards that did not change keep their identity, so that only changed nodes are drawn again. */
export function cardsOf(view: LabView, before: ReadonlyMap<string, Card> = noCards): ReadonlyMap<string, Card> {
  const odd = new Set<string>();
  const replicas = new Map<string, Replica>();
  for (const database of view.databases) {
    for (const belief of beliefs(database)) if (belief.disagrees) odd.add(`${database.id} ${belief.node}`);
    for (const replica of database.replicas) replicas.set(`${database.id} ${replica.node}`, replica);
  }
  const domains = domainsOf(view.members);
  return new Map(
    view.nodes.map((node) => {
      const roles = view.databases.map((database) => {
        const key = `${database.id} ${node.name}`;
        return roleOf(node, database, replicas.get(key), odd.has(key));
      });
      const card = { ...cardOf(view, node, roles), domain: domains.get(node.name) ?? '' };
      const old = before.get(node.name);
      return [node.name, old !== undefined && JSON.stringify(old) === JSON.stringify(card) ? old : card];
    }),
  );
}

const kindWords: Readonly<Record<ReplicaKind, string>> = {
  leader: 'leader',
  voter: 'voter',
  candidate: 'candidate',
  joining: 'joining',
  standby: 'stand-by',
  spare: 'spare',
  frozen: 'paused',
  unknown: 'unknown',
  gone: 'gone',
  none: 'none',
};

/** The word beside a replica's glyph: the software's own while it is the present, else ours for what was not heard. */
export function roleWord(replica: Replica): string {
  if (replica.asking === true) return 'asking';
  const heard = !['unknown', 'gone', 'frozen', 'none'].includes(replica.kind);
  return heard ? (replica.role ?? kindWords[replica.kind]) : kindWords[replica.kind];
}

/** The glyph of a role: who leads where nobody votes has a square one. */
export function glyphOf(role: CardRole): ReplicaKind | 'active' {
  return role.kind === 'leader' && !role.votes ? 'active' : role.kind;
}

function roleOf(node: NodeView, database: DatabaseView, replica: Replica | undefined, odd: boolean): CardRole {
  const kind = replica?.kind ?? (node.state === 'running' ? 'none' : 'gone');
  const word = replica === undefined ? kindWords[kind] : roleWord(replica);
  const off = kind === 'unknown' || kind === 'gone' || kind === 'none';
  const tone: Tone = off ? 'off' : kind === 'candidate' || odd ? 'warn' : kind === 'leader' ? 'lead' : 'plain';
  const term = replica === undefined || off || replica.term === null ? '' : `, term ${String(replica.term)}`;
  return {
    id: database.id,
    short: database.short,
    kind,
    votes: replica?.votes !== false,
    word,
    tone,
    label: `${database.short} on ${node.name}: ${word}${term}`,
    spoken: `${database.short} ${word} on ${node.name}${term}`,
  };
}

function stateOf(node: NodeView, roles: readonly CardRole[]): CardState {
  if (node.state === 'unreachable') return 'unknown';
  if (node.state === 'paused') return 'paused';
  if (node.state === 'gone') return 'dead';
  if (node.state === 'created') return 'stopped';
  if (node.state === 'stopped') return node.ended === 'stopped' ? 'stopped' : 'dead';
  if (node.cut) return 'cut';
  if (!node.answers.answers) return 'silent';
  const outside = roles.length > 0 && roles.every((role) => role.kind === 'none' || role.kind === 'joining');
  return outside ? 'waiting' : 'running';
}

function befellOf(node: NodeView, state: CardState): Card['befell'] {
  switch (state) {
    case 'running':
      return null;
    case 'dead':
      return { words: node.state === 'gone' ? 'removed' : (node.ended ?? 'ended'), since: node.since, mode: 'ago' };
    case 'stopped':
      return node.state === 'created'
        ? { words: 'not started', since: null, mode: 'ago' }
        : { words: 'stopped', since: node.since, mode: 'ago' };
    case 'paused':
      return { words: 'paused', since: node.since, mode: 'ago' };
    case 'cut':
      return { words: 'network cut', since: null, mode: 'ago' };
    case 'silent':
      if (node.answers.asking) return { words: 'asking', since: null, mode: 'for' };
      return node.answers.observedAt === null
        ? { words: 'no answer yet', since: null, mode: 'for' }
        : { words: 'silent for', since: node.answers.observedAt, mode: 'for' };
    case 'waiting':
      return { words: 'not yet a member', since: null, mode: 'for' };
    case 'unknown':
      return { words: 'engine does not answer', since: null, mode: 'for' };
  }
}

const severity: readonly ReplicaKind[] = [
  'gone',
  'unknown',
  'frozen',
  'candidate',
  'joining',
  'leader',
  'voter',
  'standby',
  'spare',
  'none',
];

function weakestOf(roles: readonly CardRole[]): CardRole | null {
  const rank = (role: CardRole): number => (role.tone === 'warn' ? -1 : severity.indexOf(role.kind));
  return [...roles].sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

function memberOf(view: LabView, node: NodeView): CardMember | null {
  const member = view.members.find(({ name }) => name === node.name);
  if (view.databases.length !== 1 || member === undefined || member.status === null || !member.answers) return null;
  const odd = !isOnline(member.status);
  return {
    status: member.status,
    odd,
    butAnswers: odd && node.answers.answers,
    label: labWords.node.called(node.name, member.status, member.message ?? ''),
  };
}

function cardOf(view: LabView, node: NodeView, roles: readonly CardRole[]): Omit<Card, 'domain'> {
  const mgmt = view.networks.find((network) => network.role === 'mgmt')?.name;
  const address = (node.addresses.find((entry) => entry.network === mgmt) ?? node.addresses[0])?.address ?? '';
  const state = stateOf(node, roles);
  const befell = befellOf(node, state);
  const ended = state === 'dead' || state === 'stopped';
  const seen = node.answers.observedAt;
  const usage = node.usage;
  return {
    name: node.name,
    address,
    state,
    befell,
    roles,
    weakest: weakestOf(roles),
    member: memberOf(view, node),
    footer:
      ended || state === 'silent' || state === 'paused'
        ? seen === null
          ? ''
          : `last seen ${clockTime(seen)}`
        : node.services.join(' · '),
    footerEnd: ended
      ? node.exitCode === null
        ? ''
        : `exit ${String(node.exitCode)}`
      : usage === null || state === 'paused'
        ? ''
        : `${usage.cpuPercent.toFixed(1)} % · ${usage.memoryMiB.toFixed(0)} MiB`,
    label: [
      node.name,
      befell === null ? 'running' : befell.words,
      ...roles.map((role) => `${role.short} ${role.word}`),
    ].join(', '),
  };
}
