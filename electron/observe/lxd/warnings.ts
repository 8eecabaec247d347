import type { DatabaseView } from '../../../shared/database.ts';
import type { Millis, Warning } from '../../../shared/lab.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import { Lasting } from '../lasting.ts';
import { disagreement, remedies } from '../quorum-remedies.ts';
import type { RaftNode } from './raft-node.ts';
import type { LxdSources } from './sources.ts';
import { textOf, type Row } from './sql-results.ts';

/**
 * Milliseconds for which some things must last to be news: a member joins and leaves in several steps, and a join takes 1 to 3 s (up to
 * 10 on a busy machine).
 */
const lasting = { leftover: 5000, pending: 15_000, member: 5000, silent: 3000 };

export interface WarningFacts {
  readonly sources: LxdSources;
  readonly database: DatabaseView;
  readonly now: Millis;
  /** Servers of the database by the leader; null while nobody leads. */
  readonly raft: readonly RaftNode[] | null;
  /** Rows of the table `nodes`; null while nobody tells. */
  readonly rows: readonly Row[] | null;
  /** Members of LXD's list by name; null while nobody tells. */
  readonly members: readonly string[] | null;
  /** Nodes whose daemon answers. */
  readonly running: readonly string[];
}

/** What gives reason to act. Keeps when it first saw what must last to be told. */
export class LxdWarnings {
  readonly #lasting = new Lasting();

  of(facts: WarningFacts): readonly Warning[] {
    this.#lasting.begin(facts.now);
    const warnings = [
      ...quorumWarning(facts),
      ...disagreement(facts.database, this.#lasting),
      ...this.#silence(facts),
      ...this.#strangers(facts),
      ...this.#leftovers(facts),
      ...this.#pending(facts),
    ];
    this.#lasting.end();
    return warnings;
  }

  /** dqlite elects within seconds; LXD may hold on to a connection to the leader that vanished (30 to 40 s were measured). */
  #silence({ database, members, sources }: WarningFacts): readonly Warning[] {
    const { leader } = quorumOf(database);
    if (leader === null || members !== null || !this.#lasting.lasts('silent', lasting.silent)) return [];
    return [
      {
        code: 'database/api-silent',
        message: `${sources.product}'s API gives no answer, though ${leader} leads the database.`,
        fix: 'Wait: after a leader vanished with its machine it took up to 40 s.',
        database: database.id,
      },
    ];
  }

  #strangers({ members, running, sources }: WarningFacts): readonly Warning[] {
    if (members === null) return [];
    return running
      .filter((node) => !members.includes(node) && this.#lasting.lasts(`member ${node}`, lasting.member))
      .map((node) => ({
        code: 'node/not-a-member',
        message: `${node} runs and is not a member of the ${sources.product} cluster.`,
        fix: 'Finish the lab, or remove the node.',
        node,
      }));
  }

  /** A server of the database that LXD lists as no member: it counts for the majority, and nobody will start it. */
  #leftovers({ raft, rows, sources, database }: WarningFacts): readonly Warning[] {
    if (raft === null || rows === null) return [];
    const addresses = rows.map((row) => textOf(row, 'address'));
    const leader = quorumOf(database).leader;
    return raft
      .filter(({ address }) => !addresses.includes(address))
      .filter(({ address }) => this.#lasting.lasts(`leftover ${address}`, lasting.leftover))
      .map(({ address, role }) => ({
        code: 'database/leftover',
        message: `${address} is a ${role} of the database and no member.`,
        fix: `On ${leader ?? 'the leader'}: \`${sources.admin} cluster remove-raft-node -q ${address}\``,
        database: database.id,
      }));
  }

  /** State 1 of the table `nodes`: the row a join begins with. No list of members shows it. */
  #pending({ rows, sources }: WarningFacts): readonly Warning[] {
    return (rows ?? [])
      .filter((row) => row['state'] === 1)
      .map((row) => textOf(row, 'name'))
      .filter((name) => this.#lasting.lasts(`pending ${name}`, lasting.pending))
      .map((name) => ({
        code: 'member/pending',
        message: `${name} began to join and has not finished. ${sources.product} keeps a row for it that no list shows and that cannot be removed.`,
        fix: `Make ${name} anew and let it join with a new token: it takes the row over.`,
        node: name,
      }));
  }
}

function quorumWarning({ database, sources }: WarningFacts): readonly Warning[] {
  const quorum = quorumOf(database);
  if (quorum.state !== 'lost') return [];
  const verb = quorum.answering === 1 ? 'answers' : 'answer';
  const fix = remedies(database, quorum);
  return [
    {
      code: 'database/no-quorum',
      message: `${database.short} has no quorum. ${quorum.answering} of ${quorum.voters} voters ${verb}, ${quorum.needed} are needed. Until then ${sources.product}'s API hangs; instances run on.`,
      fix: `${fix}${fix === '' ? '' : '. '}If they are lost for good: \`${sources.admin} cluster recover-from-quorum-loss\` on one that has all.`,
      database: database.id,
    },
  ];
}
