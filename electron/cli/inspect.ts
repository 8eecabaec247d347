import type { DatabaseView } from '../../shared/database.ts';
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
        replica.answers ? (replica.role ?? replica.kind) : 'does not answer',
        String(replica.term ?? ''),
        String(replica.index ?? ''),
        replica.status ?? '',
      ]),
    ]),
  ];
}

function memberLines(view: LabView): string[] {
  return table([
    ['MEMBER', 'ADDRESS', 'ROLE', 'STATUS'],
    ...view.members.map((member) => [member.name, member.address, member.role, member.status ?? '']),
  ]);
}
