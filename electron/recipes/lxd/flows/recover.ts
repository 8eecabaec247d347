import { LabError } from '../../../../shared/errors.ts';
import type { LabView } from '../../../../shared/lab.ts';
import type { Step } from '../../../flows/step.ts';
import { placeOf } from '../../lab-objects.ts';
import type { FlowRequest, RecipeFlow } from '../../recipe.ts';
import { admin, apiPort, client, on, removeMember, waitReady } from '../commands.ts';
import type { Dialect } from '../dialect.ts';
import { answered, databaseOf, nodeOf, quorumIn, typed } from './asked.ts';
import { startAgain } from './daemon.ts';

/** The document's way out when a majority of the voters is lost for good. */
export function recoverFlow(dialect: Dialect): RecipeFlow {
  return {
    info: {
      id: 'recover-quorum',
      title: 'Recover from quorum loss',
      help: 'On a database member that survived: stops its daemon, makes it the only voter, starts it, and removes the members that were lost. Refused while a majority is there.',
      group: 'Recovery',
      on: 'node',
      parameters: [
        {
          key: 'containers',
          title: 'Remove their nodes',
          help: 'The lost members’ containers go too: should they ever start again, they would be a second cluster.',
          type: 'boolean',
          default: true,
        },
      ],
      loses: 'The lost members, with what only they hold.',
    },
    plan: (asked) => recover(dialect, asked),
  };
}

function recover(dialect: Dialect, asked: FlowRequest): readonly Step[] {
  const node = nodeOf(asked);
  refuseWhileSafe(asked, node);
  const lost = lostNodes(asked, node);
  const containers = asked.settings.containers === true && lost.length > 0;
  return [
    typed('list-database', 'List the database members, from local data', [
      admin(dialect, node, 'cluster', 'list-database'),
    ]),
    // Without a majority the daemon does not end on SIGTERM: after 60 s it still ran (LXD 5.0.2).
    typed(
      'stop',
      `Make sure that the daemon of ${node} does not run`,
      [
        on(node, 'sv', 'down', dialect.service),
        on(node, 'sv', 'kill', dialect.service),
        on(node, 'sv', '-w', '10', 'down', dialect.service),
      ],
      { undo: startAgain(dialect, node) },
    ),
    typed('recover', `Make ${node} the only voter`, [answered(dialect, node, 'recover-from-quorum-loss')]),
    typed('start', `Start the daemon of ${node}`, [...startAgain(dialect, node), waitReady(dialect, node, 60)], {
      timeout: 100_000,
    }),
    typed('list', 'List the members: nothing of the lost ones was deleted', [client(dialect, node, 'cluster', 'list')]),
    ...lost.map((one) =>
      typed(`remove:${one}`, `Remove ${one}, which is lost`, [removeMember(dialect, node, one, true)]),
    ),
    ...(containers ? [removeNodes(asked, lost)].flat() : []),
    {
      kind: 'wait',
      id: 'online',
      title: `Wait until ${node} leads and is Online`,
      timeout: 60_000,
      unmet: (view) => {
        const left = counted(view, lost, asked);
        if (left.length > 0) return `${left.join(', ')} still counted`;
        const status = view.members.find(({ name }) => name === node)?.status ?? 'unknown';
        const leader = quorumIn(view)?.leader ?? 'nobody';
        return leader === node && status === 'Online' ? null : `${leader} leads; ${node} is ${status}`;
      },
      script: [client(dialect, node, 'cluster', 'list')],
    },
    typed('after', 'List the members', [client(dialect, node, 'cluster', 'list')]),
  ];
}

function removeNodes({ present }: FlowRequest, lost: readonly string[]): readonly Step[] {
  const nodes = lost.filter((one) => present.found.nodes.some(({ node }) => node === one));
  if (nodes.length === 0) return [];
  return [{ kind: 'remove-nodes', id: 'containers', title: 'Remove their nodes', timeout: 60_000, nodes }];
}

/** Which of these nodes the product or the database still counts. A server whose container is gone is known by its address alone. */
function counted(view: LabView, lost: readonly string[], { subnets }: FlowRequest): readonly string[] {
  const servers = databaseOf(view)?.replicas.flatMap((replica) => (replica.answers ? replica.servers : [])) ?? [];
  return lost.filter((one) => {
    const addresses = Object.values(placeOf(one, subnets).address).map((host) => `${host}:${apiPort}`);
    const isServer = servers.some(({ address }) => addresses.includes(address));
    return isServer || view.members.some(({ name }) => name === one);
  });
}

/** Members that do not answer, and nodes that do not run. */
function lostNodes({ present }: FlowRequest, survivor: string): readonly string[] {
  const { found, view } = present;
  const answering = new Set(
    databaseOf(view)
      ?.replicas.filter(({ answers }) => answers)
      .map(({ node }) => node),
  );
  const running = new Set(found.nodes.filter(({ state }) => state === 'running').map(({ node }) => node));
  const known = new Set([...(view?.members.map(({ name }) => name) ?? []), ...found.nodes.map(({ node }) => node)]);
  return [...known].filter((one) => one !== survivor && !(running.has(one) && answering.has(one))).toSorted();
}

/** @throws LabError 'input/invalid' with what speaks against it */
function refuseWhileSafe({ present }: FlowRequest, node: string): void {
  const { found, view } = present;
  const fail = (message: string, fix: string) => {
    throw new LabError('input/invalid', message, { field: 'node', fix });
  };
  if (found.nodes.find((one) => one.node === node)?.state !== 'running')
    fail(`${node} does not run: it cannot recover anything.`, 'Choose a node that survived.');
  const quorum = quorumIn(view);
  if (quorum?.state === 'quorum' || quorum?.state === 'no-leader') {
    const count = `${quorum.answering} of ${quorum.voters} voters answer, ${quorum.needed} are needed`;
    fail(`A majority is there (${count}): there is nothing to recover from.`, 'Kill voters until fewer answer.');
  }
  const running = found.nodes.filter(({ state }) => state === 'running').length;
  if (quorum?.state !== 'lost' && running * 2 > found.nodes.length)
    fail('It is not known yet whether a majority is there.', 'Wait until the nodes were asked.');
  const role = databaseOf(view)?.replicas.find((replica) => replica.node === node);
  if (role?.kind === 'spare' || role?.kind === 'none')
    fail(`${node} holds no copy of the database.`, 'Choose a database member that survived.');
}
