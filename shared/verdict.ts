import type { DatabaseView } from './database.ts';
import type { LabState, Millis, NodeState } from './lab.ts';
import { quorumOf, type Quorum } from './quorum.ts';

/** Shape of the mark: check, triangle, octagon, arc, dot, square. */
export type Mark = 'ok' | 'warn' | 'danger' | 'run' | 'todo' | 'stopped';
export type Ground = 'none' | 'warn' | 'danger';

/** One cell of the strip, one per database and in their order. */
export interface StripCell {
  readonly id: string;
  readonly short: string;
  readonly title: string;
  readonly protocol: DatabaseView['protocol'];
  readonly quorum: Quorum;
  /** E.g. `3 of 3 vote · may lose 1`. */
  readonly words: string;
  /** Who leads, e.g. `node-1 leads · term 3`, or `no leader for 0.94 s · term 4`; empty while unknown. */
  readonly leader: string;
  readonly ground: Ground;
}

/** What the strip says in its largest words: what may fail now? */
export interface Verdict {
  readonly text: string;
  /** A second line; empty where the first says it all. */
  readonly detail: string;
  readonly mark: Mark;
  readonly ground: Ground;
  readonly cells: readonly StripCell[];
  /** Running nodes each of which every database could lose now and keep its majority. */
  readonly mayFail: readonly string[];
}

/** As much of a LabView or of a LabSummary as the verdict needs. */
export interface Judged {
  readonly state: LabState;
  readonly nodes: readonly { readonly name: string; readonly state: NodeState }[];
  readonly databases: readonly DatabaseView[];
}

/**
 * The verdict of the quorum strip, arithmetic on observed votes (design/DESIGN-LANGUAGE.md section 4): for each node, would every
 * database keep its majority without it?
 */
export function verdictOf(lab: Judged, now: Millis): Verdict {
  const cells = lab.databases.map((database) => cellOf(database, now, lab.state === 'forming'));
  const forming = lab.state === 'forming';
  const judged = judge(lab, cells);
  return { ...judged, cells, ...(forming ? { mark: 'run' as const, ground: 'none' as const } : {}) };
}

type Judgement = Omit<Verdict, 'cells'>;

function judge(lab: Judged, cells: readonly StripCell[]): Judgement {
  const lost = cells.filter((cell) => cell.quorum.state === 'lost');
  if (lost.length > 0) {
    const text = `${listed(lost.map((cell) => cell.short))} ${lost.length === 1 ? 'has' : 'have'} no quorum`;
    const [first] = lost;
    const detail =
      first === undefined
        ? ''
        : `${first.quorum.answering} of ${first.quorum.voters} ${plural(first.quorum.answering, 'answers', 'answer')}, ${first.quorum.needed} are needed`;
    return { text, detail, mark: 'danger', ground: 'danger', mayFail: [] };
  }
  const silent = cells.filter((cell) => cell.quorum.state === 'unknown' || cell.quorum.asking);
  if (silent.length > 0 || cells.length === 0) return notKnown(lab, silent);

  const mayFail = sparable(lab, cells);
  const margin = Math.min(...cells.map((cell) => cell.quorum.mayLose));
  const electing = cells.filter((cell) => cell.quorum.state === 'no-leader');
  if (electing.length > 0) {
    const [first] = electing;
    const detail =
      electing.length === 1 && first !== undefined
        ? `${first.short} elects a leader${inTerm(first.quorum)}`
        : `${listed(electing.map((cell) => cell.short))} elect a leader`;
    return { text: 'No node may fail', detail, mark: 'warn', ground: 'none', mayFail: [] };
  }
  if (cells.every((cell) => cell.quorum.voters === 1) && (lab.nodes.length === 1 || lab.state === 'forming'))
    return { text: 'One node, no spare', detail: '', mark: 'ok', ground: 'none', mayFail };
  const detail = standingBy(lab);
  if (margin > 0) {
    const text = margin === 1 ? 'Any one node may fail' : `Any ${numberWord(margin)} nodes may fail`;
    return { text, detail, mark: 'ok', ground: 'none', mayFail };
  }
  // While it forms, a node that has not joined could go, which tells nothing.
  if (mayFail.length > 0 && lab.state !== 'forming')
    return { text: onlySome(mayFail), detail, mark: 'ok', ground: 'none', mayFail };
  return { text: 'No node may fail', detail, mark: 'warn', ground: 'warn', mayFail };
}

/** Who gets the vote of a voter that stays away: only dqlite's members are promoted by themselves. Empty where nobody is ready. */
function standingBy(lab: Judged): string {
  const names = lab.databases
    .filter(({ protocol }) => protocol === 'dqlite')
    .flatMap(({ replicas }) => replicas.filter(({ kind }) => kind === 'standby'))
    .map(({ node }) => node);
  return names.length === 0 ? '' : `${listed(names)} ${plural(names.length, 'stands', 'stand')} by to vote`;
}

function notKnown(lab: Judged, silent: readonly StripCell[]): Judgement {
  if (lab.databases.length > 0 && lab.databases.every(nobodyHolds))
    return { text: 'Not formed', detail: 'No node is a member', mark: 'todo', ground: 'none', mayFail: [] };
  const running = lab.nodes.some((node) => node.state === 'running' || node.state === 'paused');
  if (!running && lab.nodes.length > 0)
    return { text: 'Not known', detail: 'No node runs', mark: 'stopped', ground: 'none', mayFail: [] };
  const names = listed(silent.map((cell) => cell.short));
  if (silent.some((cell) => cell.quorum.asking))
    return { text: 'Not known yet', detail: `Asking for ${names}`, mark: 'run', ground: 'none', mayFail: [] };
  const some = silent.some((cell) => cell.quorum.answering > 0);
  const detail =
    silent.length === 0 ? 'Not observed yet' : `${some ? 'Still asking for' : 'Nobody answers for'} ${names}`;
  return { text: 'Not known', detail, mark: 'todo', ground: 'none', mayFail: [] };
}

/** A node whose vote is missing already cannot fail any more, so it is no candidate. */
function sparable(lab: Judged, cells: readonly StripCell[]): readonly string[] {
  const counted = cells.map(({ quorum }) => ({
    quorum,
    voting: new Set(quorum.voting),
    members: new Set(quorum.members),
  }));
  return lab.nodes
    .filter((node) => node.state === 'running')
    .map((node) => node.name)
    .filter((name) =>
      counted.every(({ quorum, voting, members }) =>
        voting.has(name) ? quorum.state === 'quorum' && quorum.mayLose > 0 : !members.has(name),
      ),
    );
}

/** Every node answers and none has a copy: there is no cluster yet. */
function nobodyHolds({ replicas }: DatabaseView): boolean {
  return replicas.length > 0 && replicas.every(({ answers, kind }) => answers && kind === 'none');
}

function cellOf(database: DatabaseView, now: Millis, forming: boolean): StripCell {
  const quorum = quorumOf(database);
  const { id, short, title, protocol } = database;
  return {
    id,
    short,
    title,
    protocol,
    quorum,
    words: nobodyHolds(database) ? 'no member · not formed' : quorumWords(quorum),
    leader: leaderWords(database, quorum, now),
    ground: forming ? 'none' : cellGround(quorum),
  };
}

function cellGround(quorum: Quorum): Ground {
  if (quorum.state === 'lost') return 'danger';
  if (quorum.asking) return 'none';
  if (quorum.state === 'no-leader') return 'danger';
  return quorum.state === 'quorum' && quorum.mayLose === 0 && quorum.voters > 1 ? 'warn' : 'none';
}

/** E.g. `3 of 3 vote · may lose 1`, `2 of 3 answer · may lose 0`, `1 of 3 answers · needs 1 more`, `2 of 3 answer · asking`, `unknown · nobody answers`. */
export function quorumWords(quorum: Quorum): string {
  const { state, voters, answering, needed, mayLose, asking } = quorum;
  if (state === 'unknown')
    return `unknown · ${asking ? 'asking' : answering === 0 ? 'nobody answers' : 'still asking'}`;
  if (asking && state !== 'lost') return `${answering} of ${voters} ${plural(answering, 'answers', 'answer')} · asking`;
  const verb = answering === voters ? plural(answering, 'votes', 'vote') : plural(answering, 'answers', 'answer');
  const rest = state === 'lost' ? `needs ${needed - answering} more` : `may lose ${mayLose}`;
  return `${answering} of ${voters} ${verb} · ${rest}`;
}

function leaderWords(database: DatabaseView, quorum: Quorum, now: Millis): string {
  if (quorum.state === 'unknown') return '';
  const term = quorum.term === null ? '' : ` · term ${quorum.term}`;
  if (quorum.leader !== null) return `${quorum.leader} leads${term}`;
  const since = database.leaderlessSince;
  return `no leader${since === undefined ? '' : ` for ${seconds(now - since)}`}${term}`;
}

/** A span as the strip prints it: `0.94 s`, `12 s`, `3 min`. */
export function seconds(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(2)} s`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

function onlySome(names: readonly string[]): string {
  const few = names.length <= 3 ? names : [...names.slice(0, 2), `${names.length - 2} others`];
  return `Only ${listed(few, 'or')} may fail`;
}

function listed(names: readonly string[], word = 'and'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`;
}

function numberWord(count: number): string {
  return ['no', 'one', 'two', 'three', 'four'][count] ?? String(count);
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

function inTerm(quorum: Quorum): string {
  return quorum.term === null ? '' : `, term ${quorum.term}`;
}
