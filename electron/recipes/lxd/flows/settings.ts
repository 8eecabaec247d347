import type { Explanation } from '../../../flows/step.ts';
import type { RecipeFlow } from '../../recipe.ts';
import { client } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { peerOf, typed } from './asked.ts';

/** Settings of the whole cluster, with what LXD 5.0.2 and Incus 6.0.4 accept (samples/lxd: max-voters, max-standby, …). */
const clusterSettings = [
  {
    id: 'max-voters',
    key: 'cluster.max_voters',
    range: 'an odd number, 3 or more',
    default: '3',
    help: 'How many members vote in the database. Raised, stand-bys and spares get a vote within a heartbeat; lowered, it shows at the next change of members.',
  },
  {
    id: 'max-standby',
    key: 'cluster.max_standby',
    range: '0 to 5',
    default: '2',
    help: 'How many members keep a copy of the database without a vote, ready to take one over.',
  },
  {
    id: 'offline-threshold',
    key: 'cluster.offline_threshold',
    range: '11 or more, in seconds (10 is refused)',
    default: '20',
    help: 'After how long without a heartbeat a member is called offline, and loses its role to another.',
  },
  {
    id: 'images-replica',
    key: 'cluster.images_minimal_replica',
    range: '1 or more, or -1 for all members',
    default: '3',
    help: 'On how many members an image is kept.',
  },
] as const;

/** One flow for each setting. The value goes to the product as it is, so that what it refuses is told in its own words. */
export function settingFlows(dialect: Dialect): readonly RecipeFlow[] {
  return clusterSettings.map(({ id, key, range, default: standard, help }) => {
    const allowed = `Allowed is ${range}; the default is ${standard}.`;
    return {
      info: {
        id,
        title: `Set ${key}`,
        help: `${help} ${allowed}`,
        group: 'Settings',
        on: 'lab',
        parameters: [
          { key: 'value', title: key, help: allowed, type: 'text', default: standard, max: 40, required: true },
        ],
      },
      plan: (asked) => {
        const peer = peerOf(asked);
        const value = String(asked.settings.value ?? '');
        return [
          typed('set', `Set ${key} to ${value}`, [client(dialect, peer, 'config', 'set', `${key}=${value}`)], {
            explain: (output) => refusedSetting(output, allowed),
          }),
          typed('show', 'What it is now, and the members', [
            client(dialect, peer, 'config', 'get', key),
            client(dialect, peer, 'cluster', 'list'),
          ]),
        ];
      },
    };
  });
}

/** E.g. `Error: cannot set 'cluster.max_voters' to '2': Value must be an odd number equal to or higher than 3`, word for word. */
function refusedSetting(output: string, allowed: string): Explanation | null {
  const said = /^Error: (cannot set .*|.*[Ii]nvalid value.*)$/m.exec(output)?.[1];
  return said === undefined ? null : { message: said, fix: allowed };
}
