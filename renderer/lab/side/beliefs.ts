import type { DatabaseView, Replica } from '../../../shared/database.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import { labWords } from '../words.ts';

const words = labWords.beliefs;

/** What one node believes of one database: a cell of «Who thinks who leads». */
export interface Belief {
  readonly node: string;
  /**
   * `answers`: said so itself. `asking`: its first answer is waited for. `silent`: did not answer in time. `gone`: its node ended. `none`: it
   * holds no copy.
   */
  readonly state: 'answers' | 'asking' | 'silent' | 'gone' | 'none';
  /** `itself`, `nobody`, or a node; null unless it answers, and for a copy without a vote that names nobody: it is told of none. */
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

function silence(replica: Replica): Belief['state'] {
  if (replica.asking === true) return 'asking';
  if (replica.kind === 'gone') return 'gone';
  return holds(replica) ? 'silent' : 'none';
}

function nameOf(named: string, replica: Replica): string | null {
  if (named === '') return replica.votes === false ? null : words.nobody;
  return named === replica.node ? words.itself : named;
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
      state: answers ? 'answers' : silence(replica),
      names: answers ? nameOf(names, replica) : null,
      term: answers ? replica.term : null,
      asks: answers && replica.kind === 'candidate',
      observedAt: replica.observedAt,
      disagrees: answers && wrong,
    };
  });
}

const inTerm = (term: number | null): string => (term === null ? '' : words.inTerm(term));

/** One sentence that explains why the copies of a database do not agree; null while they do, and while some are asked for the first time. */
export function explain(database: DatabaseView): string | null {
  const cells = beliefs(database).filter((cell) => cell.state !== 'none');
  const heard = cells.filter((cell) => cell.state === 'answers');
  const odd = heard.filter((cell) => cell.disagrees);
  if (cells.some((cell) => cell.state === 'asking')) return null;
  if (heard.length === 0) return cells.length === 0 ? null : words.nobodyAnswers(database.short);
  if (odd.length === 0) return null;
  const claims = heard.filter((cell) => cell.names === words.itself);
  const winner = claims.find((cell) => !cell.disagrees);
  if (winner !== undefined) return behind(odd, claims, winner);
  const asking = heard.filter((cell) => cell.asks);
  const stale = heard.filter(
    (cell) => cell.names !== null && cell.names !== words.nobody && cell.names !== words.itself,
  );
  const whom = stale[0]?.names ?? null;
  const sentences: string[] = [];
  if (whom !== null) {
    const silent = cells.some((cell) => cell.node === whom && cell.state !== 'answers');
    const who = stale.filter((cell) => cell.names === whom).map((cell) => cell.node);
    sentences.push(words.stillNames(who, whom, silent));
  }
  if (asking.length > 0) {
    const top = Math.max(...asking.map((cell) => cell.term ?? 0));
    sentences.push(words.ask(nodesOf(asking), top));
  }
  const { needed } = quorumOf(database);
  sentences.push(heard.length < needed ? words.tooFew(heard.length, needed) : words.higherWins);
  return sentences.join(' ');
}

const nodesOf = (cells: readonly Belief[]): readonly string[] => cells.map((cell) => cell.node);

function behind(odd: readonly Belief[], claims: readonly Belief[], winner: Belief): string {
  const term = inTerm(winner.term);
  if (claims.length > 1) return words.claims(nodesOf(claims), `${winner.node}${term}`);
  const first = odd[0];
  const whom =
    first === undefined || first.names === null || first.names === words.nobody
      ? null
      : `${first.names}${inTerm(first.term)}`;
  return words.behind(nodesOf(odd), whom, words.leads(winner.node, term));
}
