import type { LabView } from '../../../shared/lab.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import type { Step } from '../../flows/step.ts';
import { unmetLeader, unmetMembership, unmetStatus } from '../database-health.ts';
import { client } from './commands.ts';
import type { Dialect } from './dialect.ts';

/** What a cluster has by default: three voters, then two stand-bys (lxd/cluster/config, `cluster.max_voters`, `cluster.max_standby`). */
const most = { voters: 3, standbys: 2 } as const;

/**
 * Waits until these nodes are the members, Online by LXD's own word, one leads, and every role is final.
 * @param isNew the cluster is as it was formed: later its users may have changed how many vote, and who shrank to two has a spare
 */
export function healthStep(dialect: Dialect, nodes: readonly string[], isNew: boolean): Step {
  return {
    kind: 'wait',
    id: 'health',
    title: 'Wait until every member is Online and has its role',
    timeout: 90_000,
    unmet: (view) => unmetHealth(view, nodes, isNew),
    script: nodes.map((node) => client(dialect, node, 'cluster', 'list')),
  };
}

/** Null when nothing lacks. */
export function unmetHealth(view: LabView, nodes: readonly string[], isNew: boolean): string | null {
  return unmetMembership(view, nodes) ?? unmetStatus(view, 'Online') ?? unmetRoles(view, nodes.length, isNew);
}

function unmetRoles(view: LabView, count: number, isNew: boolean): string | null {
  const database = view.databases.find(({ id }) => id === 'dqlite');
  if (database === undefined) return 'the database is not observed yet';
  const leader = unmetLeader(database);
  if (leader !== null) return leader;
  const silent = database.replicas.filter(({ answers }) => !answers).map(({ node }) => node);
  if (silent.length > 0) return `${database.short} does not answer on ${silent.join(', ')}`;
  const { state } = quorumOf(database);
  if (state !== 'quorum') return `${database.short}: ${state}`;
  // By LXD's list, which is told at once; each member's own copy follows within a second.
  const of = (...words: readonly string[]) => view.members.filter(({ role }) => words.includes(role)).length;
  const has = { voters: of('leader', 'voter'), standbys: of('stand-by') };
  const wanted = {
    voters: count >= most.voters ? most.voters : 1,
    standbys: count === 2 ? 1 : Math.min(Math.max(count - most.voters, 0), most.standbys),
  };
  if (isNew ? has.voters !== wanted.voters : has.voters < wanted.voters)
    return `${has.voters} of ${wanted.voters} voters`;
  if (isNew && has.standbys !== wanted.standbys) return `${has.standbys} of ${wanted.standbys} stand-bys`;
  return null;
}
