import type { DatabaseView, Replica } from '../../../shared/database.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import { count, listed } from '../../lib/format.ts';

/** What one node believes of one database: a cell of «Who thinks who leads». */
export interface Belief {
  readonly node: string;
  /** `answers`: said so itself. `silent`: did not answer in time. `gone`: its node ended. `none`: it holds no copy. */
  readonly state: 'answers' | 'silent' | 'gone' | 'none';
  /** `itself`, `nobody`, or a node; null unless it answers. */
  readonly names: string | null;
  readonly term: number | null;
  /** It asks for votes in this term. */
  readonly asks: boolean;
  readonly observedAt: number | null;
  /** It contradicts the copy that leads, or nobody leads and it takes part in the vote. */
  readonly disagrees: boolean;
}

const holds = (replica: Replica): boolean => !['none', 'spare', 'joining'].includes(replica.kind);
const answering = (replica: Replica): boolean =>
  holds(replica) && !['unknown', 'gone', 'frozen'].includes(replica.kind) && replica.answers;

function believed(replica: Replica): string {
  if (replica.leads === true || replica.kind === 'leader') return replica.node;
  return replica.leader ?? '';
}

/** The copy that leads: of several claims the one with the highest term (two leaders are ordered by term); null when nobody claims. */
function claimant(database: DatabaseView): Replica | null {
  return database.replicas
    .filter((replica) => answering(replica) && believed(replica) === replica.node)
    .reduce<Replica | null>(
      (best, next) => (best !== null && (best.term ?? 0) >= (next.term ?? 0) ? best : next),
      null,
    );
}

/** One belief per replica, in the order of the replicas. */
export function beliefs(database: DatabaseView): readonly Belief[] {
  const leader = claimant(database);
  const votes = database.protocol === 'ovsdb-raft' || database.protocol === 'dqlite';
  return database.replicas.map((replica) => {
    const answers = answering(replica);
    const names = believed(replica);
    const wrong =
      leader === null
        ? votes && replica.votes !== false
        : names !== ''
          ? names !== leader.node
          : votes && replica.votes !== false;
    return {
      node: replica.node,
      state: answers ? 'answers' : replica.kind === 'gone' ? 'gone' : holds(replica) ? 'silent' : 'none',
      names: !answers ? null : names === '' ? 'nobody' : names === replica.node ? 'itself' : names,
      term: answers ? replica.term : null,
      asks: answers && replica.kind === 'candidate',
      observedAt: replica.observedAt,
      disagrees: answers && wrong,
    };
  });
}

const inTerm = (term: number | null): string => (term === null ? '' : ` in term ${String(term)}`);

/** One sentence that explains why the copies of a database do not agree; null while they do. */
export function explain(database: DatabaseView): string | null {
  const cells = beliefs(database).filter((cell) => cell.state !== 'none');
  const heard = cells.filter((cell) => cell.state === 'answers');
  const odd = heard.filter((cell) => cell.disagrees);
  if (heard.length === 0) return cells.length === 0 ? null : `No copy of ${database.short} answers.`;
  if (odd.length === 0) return null;
  const claims = heard.filter((cell) => cell.names === 'itself');
  const winner = claims.find((cell) => !cell.disagrees);
  if (winner !== undefined) return behind(odd, claims, winner);
  const asking = heard.filter((cell) => cell.asks);
  const stale = heard.filter((cell) => cell.names !== null && cell.names !== 'nobody' && cell.names !== 'itself');
  const first = stale[0];
  const sentences: string[] = [];
  if (first !== undefined) {
    const silent = cells.some((cell) => cell.node === first.names && cell.state !== 'answers');
    const who = listed(stale.filter((cell) => cell.names === first.names).map((cell) => cell.node));
    sentences.push(
      `${who} still ${stale.length > 1 ? 'name' : 'names'} ${first.names ?? ''}${silent ? ', which does not answer' : ''}.`,
    );
  }
  if (asking.length > 0) {
    const top = Math.max(...asking.map((cell) => cell.term ?? 0));
    sentences.push(
      `${listed(asking.map((cell) => cell.node))} ${asking.length > 1 ? 'ask' : 'asks'} for votes${top > 0 ? ` in term ${String(top)}` : ''}.`,
    );
  }
  const { needed } = quorumOf(database);
  sentences.push(
    heard.length < needed
      ? `${count(heard.length, 'copy answers', 'copies answer')}, ${String(needed)} are needed to elect a leader.`
      : 'The higher term wins.',
  );
  return sentences.join(' ');
}

function behind(odd: readonly Belief[], claims: readonly Belief[], winner: Belief): string {
  if (claims.length > 1) {
    const nodes = listed(claims.map((cell) => cell.node));
    return `${nodes} each claim to lead. The higher term wins: ${winner.node}${inTerm(winner.term)}.`;
  }
  const first = odd[0];
  const who = listed(odd.map((cell) => cell.node));
  const what =
    first?.names === 'nobody'
      ? `${odd.length > 1 ? 'name' : 'names'} nobody yet`
      : `still ${odd.length > 1 ? 'name' : 'names'} ${first?.names ?? 'nobody'}${inTerm(first?.term ?? null)}`;
  return `${who} ${what}. ${winner.node} leads${inTerm(winner.term)}.`;
}
