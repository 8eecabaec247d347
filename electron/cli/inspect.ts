import type { DatabaseView, Replica, ReplicaKind } from '../../shared/database.ts';
import type { LabView } from '../../shared/lab.ts';
import { quorumOf } from '../../shared/quorum.ts';
import { quorumWords } from '../../shared/verdict.ts';
import { needEngine, print, table, type Cli } from './cli.ts';

/** Prints one view of a lab, taken after every source answered or its deadline passed. */
export async function inspect(cli: Cli, lab: string): Promise<void> {
  await needEngine(cli);
  const view = await cli.client.call('lab.inspect', { lab }, cli.signal);
  print(cli, view, () => viewLines(view));
}

function viewLines(view: LabView): string[] {
  return [
    `${view.name} (${view.recipeTitle}), ${view.state}`,
    '',
    ...table([
      ['NODE', 'STATE', 'ADDRESSES', 'SERVICES'],
      ...view.nodes.map((node) => [
        node.name,
        node.cut ? `${node.state}, cut` : node.state,
        node.addresses.map(({ address }) => address).join(' '),
        node.services.join(' '),
      ]),
    ]),
    ...view.databases.flatMap((database) => ['', ...databaseLines(database)]),
    ...(view.members.length === 0 ? [] : ['', ...memberLines(view)]),
    ...(view.warnings.length === 0 ? [] : ['']),
    ...view.warnings.map((warning) => `warning: ${warning.message}${warning.fix ? ` (${warning.fix})` : ''}`),
  ];
}

function databaseLines(database: DatabaseView): string[] {
  return [
    `${database.title}: ${quorumWords(quorumOf(database))}`,
    ...table([
      ['  NODE', 'ROLE', 'TERM', 'INDEX', 'STATUS'],
      ...database.replicas.map((replica) => [
        `  ${replica.node}`,
        roleWords(replica),
        String(replica.term ?? ''),
        String(replica.index ?? ''),
        statusWords(replica),
      ]),
    ]),
  ];
}

/** What stands for the role of a replica that does not answer. */
const unanswered: Partial<Record<ReplicaKind, string>> = {
  none: 'no copy',
  spare: 'spare',
  joining: 'joining',
  frozen: 'node is paused',
  gone: 'node is stopped',
};

function roleWords(replica: Replica): string {
  if (replica.answers) return replica.role ?? replica.kind;
  return unanswered[replica.kind] ?? 'does not answer';
}

/** Term and index of a silent replica are its last words, so they carry their time. */
function statusWords({ answers, status, observedAt }: Replica): string {
  if (answers || observedAt === null) return status ?? '';
  return `last answer ${new Date(observedAt).toLocaleTimeString('en-GB')}`;
}

function memberLines(view: LabView): string[] {
  return table([
    ['MEMBER', 'ADDRESS', 'ROLE', 'STATUS'],
    ...view.members.map((member) => [member.name, member.address, member.role, member.status ?? '']),
  ]);
}
