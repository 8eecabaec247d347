import type { DatabaseView } from '../../shared/database.ts';
import { LabError } from '../../shared/errors.ts';
import type { LabView } from '../../shared/lab.ts';
import { quorumOf } from '../../shared/quorum.ts';

/** Null when exactly one answering replica leads. */
export function unmetLeader(database: DatabaseView): string | null {
  const leading = database.replicas.filter((replica) => replica.answers && replica.leads === true);
  if (leading.length === 1) return null;
  return leading.length === 0
    ? `${database.short} has no leader yet`
    : `${database.short}: ${leading.map(({ node }) => node).join(' and ')} both claim to lead`;
}

/** Null when no database counts the node any more and each has a leader. */
export function unmetUncounted(view: LabView, node: string): string | null {
  for (const database of view.databases) {
    if (quorumOf(database).members.includes(node)) return `${database.short} still lists ${node}`;
    const leader = unmetLeader(database);
    if (leader !== null) return leader;
  }
  return null;
}

/** Null when exactly these nodes are members by the product's list. */
export function unmetMembership(view: LabView, nodes: readonly string[]): string | null {
  const names = new Set(view.members.map(({ name }) => name));
  const missing = nodes.filter((node) => !names.has(node));
  if (missing.length > 0) return `not a member yet: ${missing.join(', ')}`;
  const surplus = [...names].filter((name) => !nodes.includes(name));
  return surplus.length > 0 ? `still a member: ${surplus.join(', ')}` : null;
}

/** Null when the product calls every member by this word, e.g. `ONLINE`. */
export function unmetStatus(view: LabView, word: string): string | null {
  const away = view.members.filter(({ status }) => status !== word);
  if (away.length === 0) return null;
  return `not ${word}: ${away.map(({ name, status }) => `${name} ${status ?? '(not told yet)'}`).join(', ')}`;
}

/**
 * Refuses a removal that would cost a database its quorum, or that none could commit.
 * @throws LabError 'input/invalid' with field `node`
 */
export function refuseUnlessSpare(view: LabView, node: string, ids: readonly string[]): void {
  if (view.nodes.length <= 1) {
    throw new LabError('input/invalid', `${node} is the only node.`, {
      field: 'node',
      fix: `Destroy ${view.name} instead.`,
    });
  }
  for (const database of view.databases.filter(({ id }) => ids.includes(id))) {
    const quorum = quorumOf(database);
    if (!quorum.members.includes(node)) continue;
    if (quorum.state === 'no-leader' || quorum.state === 'unknown') {
      throw new LabError('input/invalid', `${database.short} shows no leader now, so ${node} cannot be removed.`, {
        field: 'node',
        fix: 'Wait until one is elected.',
      });
    }
    if (quorum.state === 'lost') {
      const missing = quorum.needed - quorum.answering;
      throw new LabError(
        'input/invalid',
        `${database.short} has no quorum, so ${node} cannot be removed: ${quorum.answering} of ${quorum.voters} answer, ${quorum.needed} are needed.`,
        { field: 'node', fix: `Start ${missing} of the other members first.` },
      );
    }
    const left = quorum.voting.filter((name) => name !== node).length;
    const needed = Math.floor((quorum.voters - 1) / 2) + 1;
    if (left < needed) {
      throw new LabError(
        'input/invalid',
        `Without ${node} ${database.short} would lose its quorum: ${left} of ${quorum.voters - 1} would answer, ${needed} are needed.`,
        { field: 'node', fix: 'Start the members that do not answer, or remove those first.' },
      );
    }
  }
}
