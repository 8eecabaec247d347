import type { RecipeFlow } from '../../recipe.ts';
import { client } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { nodeOf, peerOf, typed } from './asked.ts';

/** Maintenance of a member: `--force` only means that it does not ask. */
export function evacuateFlows(dialect: Dialect): readonly RecipeFlow[] {
  const flow = (verb: 'evacuate' | 'restore', title: string, help: string): RecipeFlow => ({
    info: { id: verb, title, help, group: 'Members', on: 'node', parameters: [] },
    plan: (asked) => {
      const node = nodeOf(asked);
      const peer = peerOf(asked, ...(verb === 'evacuate' ? [node] : []));
      return [
        typed(
          verb,
          `${verb === 'evacuate' ? 'Evacuate' : 'Restore'} ${node}`,
          [client(dialect, peer, 'cluster', verb, node, '--force')],
          { timeout: 180_000 },
        ),
        typed('list', 'List the members', [client(dialect, peer, 'cluster', 'list')]),
      ];
    },
  });
  return [
    flow(
      'evacuate',
      'Evacuate it',
      'Moves its instances to other members and gives its role in the database away, for maintenance. It stays a member.',
    ),
    flow('restore', 'Restore it', 'Ends its evacuation: its instances come back.'),
  ];
}
