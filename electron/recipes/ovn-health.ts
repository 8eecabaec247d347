import type { DatabaseView } from '../../shared/database.ts';
import type { LabView } from '../../shared/lab.ts';
import { quorumOf } from '../../shared/quorum.ts';
import { LabError } from '../../shared/errors.ts';

/**
 * What a database still lacks until every one of these nodes' servers is a connected voter and one of them leads, e.g.
 * `OVN NB on node-2: joining cluster`; null when nothing.
 */
export function unmetReplicas(view: LabView, id: string, nodes: readonly string[]): string | null {
  const database = view.databases.find((one) => one.id === id);
  if (database === undefined) return `${id} is not observed yet`;
  for (const node of nodes) {
    const replica = database.replicas.find((one) => one.node === node);
    if (replica === undefined || !replica.answers) return `${database.short} on ${node} does not answer yet`;
    if (replica.connected !== true) return `${database.short} on ${node}: ${replica.status ?? 'not connected'}`;
  }
  return unmetLeader(database);
}

/** Null when exactly one answering replica leads. */
export function unmetLeader(database: DatabaseView): string | null {
  const leading = database.replicas.filter((replica) => replica.answers && replica.leads === true);
  if (leading.length === 1) return null;
  return leading.length === 0
    ? `${database.short} has no leader yet`
    : `${database.short}: ${leading.map(({ node }) => node).join(' and ')} both claim to lead`;
}

/** Null when the Southbound lists a chassis of each of these nodes. */
export function unmetChassis(view: LabView, nodes: readonly string[]): string | null {
  const names = new Set(view.logical.chassis.flatMap(({ name, hostname }) => [name, hostname]));
  const missing = nodes.filter((node) => !names.has(node));
  return missing.length === 0 ? null : `no chassis yet: ${missing.join(', ')}`;
}

/** Null when each node's workload port is bound to it. */
export function unmetPorts(view: LabView, nodes: readonly string[]): string | null {
  const missing = nodes
    .map((node) => ({ node, port: node.replace('node-', 'vm') }))
    .filter(({ node, port }) => !view.logical.ports.some((one) => one.name === port && one.node === node));
  return missing.length === 0 ? null : `not bound yet: ${missing.map(({ port }) => port).join(', ')}`;
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

/** Null when no database counts the node any more, each has a leader, and its chassis is not registered. */
export function unmetGone(view: LabView, node: string): string | null {
  for (const database of view.databases) {
    if (quorumOf(database).members.includes(node)) return `${database.short} still lists ${node}`;
    const leader = unmetLeader(database);
    if (leader !== null) return leader;
  }
  const registered = view.logical.chassis.some((chassis) => chassis.name === node);
  return registered ? `the chassis of ${node} is still registered` : null;
}
