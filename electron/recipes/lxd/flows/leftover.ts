import { LabError } from '../../../../shared/errors.ts';
import type { LabView } from '../../../../shared/lab.ts';
import type { Step } from '../../../flows/step.ts';
import type { FlowRequest, RecipeFlow } from '../../recipe.ts';
import { client, sql } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { answered, databaseOf, leaderOf, nodeOf, peerOf, quorumIn, typed } from './asked.ts';
import { killDaemon, startAgain } from './daemon.ts';

const raftNodes = 'SELECT * FROM raft_nodes';

/** Raft members that are no members of the cluster: one made on purpose, and its removal. */
export function leftoverFlows(dialect: Dialect): readonly RecipeFlow[] {
  return [
    {
      info: {
        id: 'leave-raft-node',
        title: 'Make a leftover of it, for practice',
        help: 'Kills its daemon and deletes its row from the global database behind the product’s back, which nobody should do: it is no member any more and still counts in Raft. `remove-raft-node` mends that.',
        group: 'Recovery',
        on: 'node',
        parameters: [],
        loses: 'Its membership, with what only it holds.',
      },
      plan: (asked) => leaveRaftNode(dialect, asked),
    },
    {
      info: {
        id: 'remove-raft-node',
        title: 'Remove a leftover Raft node',
        help: 'Removes a server from the Raft configuration that no list of members shows, e.g. of a member that was removed uncleanly. It runs on the leader; elsewhere it is refused.',
        group: 'Recovery',
        on: 'lab',
        parameters: [
          {
            key: 'address',
            title: 'Address',
            help: 'With its port, as raft_nodes has it; empty: the one that is no member.',
            type: 'text',
            default: '',
            max: 80,
          },
        ],
      },
      plan: (asked) => removeRaftNode(dialect, asked),
    },
  ];
}

function leaveRaftNode(dialect: Dialect, asked: FlowRequest): readonly Step[] {
  const node = nodeOf(asked);
  const quorum = quorumIn(asked.present.view);
  if (quorum?.leader === node || (quorum?.mayLose ?? 0) === 0) {
    const why = quorum?.leader === node ? `${node} leads` : `without ${node} no majority might be left`;
    throw new LabError('input/invalid', `${why}: its row could not be deleted then.`, {
      field: 'node',
      fix: 'Choose a member that does not lead, in a lab of three voters or more.',
    });
  }
  const peer = peerOf(asked, node);
  return [
    typed('kill', `Kill the daemon of ${node}`, killDaemon(dialect, node), { undo: startAgain(dialect, node) }),
    typed('delete', `Delete the row of ${node}`, [
      sql(dialect, peer, 'global', `DELETE FROM nodes WHERE name = '${node}'`),
    ]),
    {
      kind: 'wait',
      id: 'forgotten',
      title: `Wait until no list of members shows ${node}`,
      timeout: 30_000,
      unmet: ({ members }) => (members.some(({ name }) => name === node) ? `${node} is still listed` : null),
      script: [client(dialect, peer, 'cluster', 'list')],
    },
    typed('show', 'No member any more, and still in Raft', [
      client(dialect, peer, 'cluster', 'list'),
      sql(dialect, peer, 'local', raftNodes),
    ]),
  ];
}

function removeRaftNode(dialect: Dialect, asked: FlowRequest): readonly Step[] {
  const leader = leaderOf(asked, dialect);
  const address = addressFrom(asked, leader);
  return [
    typed('before', 'Show the Raft members', [sql(dialect, leader, 'local', raftNodes)]),
    typed('remove', `Remove ${address} from Raft, on the leader`, [
      answered(dialect, leader, 'remove-raft-node', address),
    ]),
    {
      kind: 'wait',
      id: 'gone',
      title: 'Wait until no heartbeat tells of it',
      timeout: 60_000,
      unmet: (view) => (serversOf(view, leader).includes(address) ? `${leader} still lists ${address}` : null),
      script: [sql(dialect, leader, 'local', raftNodes)],
    },
    typed('after', 'Show the Raft members', [sql(dialect, leader, 'local', raftNodes)]),
  ];
}

/** @throws LabError 'input/invalid' where none was given and there is not exactly one */
function addressFrom({ settings, present }: FlowRequest, leader: string): string {
  const given = String(settings.address ?? '').trim();
  const field = 'settings.address';
  if (given !== '') {
    if (/^[[\]\w.:][[\]\w.:-]*$/.test(given)) return given;
    throw new LabError('input/invalid', `«${given.slice(0, 40)}» is no address.`, {
      field,
      fix: 'E.g. 10.55.60.171:8443',
    });
  }
  const members = new Set(present.view?.members.map((member) => plain(member.address)));
  const left = serversOf(present.view, leader).filter((address) => !members.has(address));
  const [only] = left;
  if (only !== undefined && left.length === 1) return only;
  throw left.length === 0
    ? new LabError('input/invalid', 'Every Raft server is a member: there is no leftover.', { field: 'flow' })
    : new LabError('input/invalid', `There are ${left.length} leftovers.`, { field, fix: `One of ${left.join(', ')}` });
}

const serversOf = (view: LabView | null, node: string): readonly string[] =>
  databaseOf(view)
    ?.replicas.find((replica) => replica.node === node)
    ?.servers.map(({ address }) => plain(address)) ?? [];

/** Members are told as `https://10.55.60.171:8443`, Raft servers as `10.55.60.171:8443`. */
const plain = (address: string) => address.replace(/^\w+:\/\//, '').replace(/\/$/, '');
