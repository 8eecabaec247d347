import { LabError } from '../../../shared/errors.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import type { LabView } from '../../../shared/lab.ts';
import type { LabRequest } from '../../../shared/request.ts';
import type { NodeCommand, Step } from '../../flows/step.ts';
import { nodesStep, placeOf } from '../lab-objects.ts';
import { refuseUnlessSpare } from '../database-health.ts';
import { unmetChassis, unmetGone } from '../ovn-health.ts';
import type { OvnSubnets } from '../ovn-info.ts';
import type { Present } from '../recipe.ts';
import { on, ovnDatabases } from './commands.ts';
import { demoSteps, joinStep, membersOf, nodeKind, readSettings, readyStep, tokenStep } from './deploy.ts';
import { explain } from './explain.ts';
import { healthStep, unmetMembers } from './health.ts';

/** A further node joins by the product's own verbs. */
export function addSteps(
  request: LabRequest,
  subnets: OvnSubnets,
  image: string,
  present: Present,
  node: string,
): readonly Step[] {
  const { demo } = readSettings(request);
  const place = placeOf(node, subnets);
  const peer = runningPeer(present, node);
  const names = [...new Set([...present.found.nodes.map((found) => found.node), node])].toSorted();
  const member = membersOf(present).has(node);
  const undo = [on(peer, 'microovn', 'cluster', 'remove', node, '--force')];
  return [
    nodesStep(request, [place], nodeKind(request, image)),
    readyStep([place]),
    ...(member ? [] : [tokenStep(peer, node, true), joinStep(node, undo)]),
    ...(demo ? demoSteps(peer, [place]) : []),
    healthStep(
      names.map((name) => placeOf(name, subnets)),
      demo,
    ),
  ];
}

/**
 * `microovn cluster remove`, then the container. With force, or when the node does not run, the traces the product leaves behind are
 * cleaned as its documentation says: Raft servers by `cluster/kick`, the chassis by `chassis-del`.
 * @throws LabError 'input/invalid' when a database would lose its quorum
 */
export function removeSteps(
  request: LabRequest,
  subnets: OvnSubnets,
  present: Present,
  node: string,
  force: boolean,
): readonly Step[] {
  const { demo } = readSettings(request);
  const { view } = present;
  if (view === null) throw new LabError('source/silent', 'The lab was not observed, so its members are not known.');
  const runs = present.found.nodes.some((found) => found.node === node && found.state === 'running');
  const forced = force || !runs;
  refuseUnlessSpare(view, node, !forced && handsOver(view, node) ? ['nb', 'sb'] : ['cluster', 'nb', 'sb']);
  const peer = runningPeer(present, node);
  const others = present.found.nodes.map((found) => found.node).filter((name) => name !== node);
  const member = view.members.some(({ name }) => name === node);
  const remove = on(peer, 'microovn', 'cluster', 'remove', node, ...(forced ? ['--force'] : []));
  const clean = [
    ...(forced ? kick(view, peer, node, placeOf(node, subnets).address.mgmt) : []),
    ...(forced ? [on(peer, 'microovn.ovn-sbctl', '--timeout=20', '--if-exists', 'chassis-del', node)] : []),
    ...(demo
      ? [on(peer, 'microovn.ovn-nbctl', '--timeout=20', '--if-exists', 'lsp-del', node.replace('node-', 'vm'))]
      : []),
  ];
  const chain = [...(member ? [remove] : []), ...clean];
  return [
    ...(chain.length === 0
      ? []
      : [
          {
            kind: 'commands' as const,
            id: `leave:${node}`,
            title: `Remove ${node} from the cluster`,
            timeout: 90_000,
            chains: [chain],
            explain,
          },
        ]),
    {
      kind: 'remove-nodes',
      id: `remove:${node}`,
      title: `Remove the container of ${node}`,
      timeout: 60_000,
      nodes: [node],
    },
    removedStep(others, node),
  ];
}

/** Whether the product gives the vote a member has in the cluster database to another before that member goes. */
function handsOver(view: LabView, node: string): boolean {
  const cluster = view.databases.find(({ id }) => id === 'cluster');
  const isThere = view.members.some(({ name, status }) => name !== node && status === 'ONLINE');
  return isThere && cluster !== undefined && quorumOf(cluster).state === 'quorum';
}

function kick(view: LabView, peer: string, node: string, address: string): readonly NodeCommand[] {
  return ovnDatabases
    .filter(({ id }) => {
      const database = view.databases.find((one) => one.id === id);
      return database !== undefined && quorumOf(database).members.includes(node);
    })
    .map(({ ctl, name, raftPort }) =>
      on(peer, 'microovn.ovn-appctl', '-t', ctl, 'cluster/kick', name, `ssl:${address}:${raftPort}`),
    );
}

function removedStep(others: readonly string[], node: string): Step {
  return {
    kind: 'wait',
    id: `without:${node}`,
    title: `Wait until nobody counts ${node} any more`,
    timeout: 60_000,
    unmet: (view) => unmetGone(view, node) ?? unmetMembers(view, others) ?? unmetChassis(view, others),
    script: others.map((name) => on(name, 'microovn', 'waitready', '--timeout', '60')),
  };
}

/** A member that runs and holds OVN's databases if possible, so that commands over local sockets find them. */
function runningPeer({ found, view }: Present, node: string): string {
  const running = found.nodes.filter((one) => one.state === 'running' && one.node !== node).map((one) => one.node);
  const central = view?.nodes.find(({ name, services }) => running.includes(name) && services.includes('central'));
  const peer = central?.name ?? running[0];
  if (peer === undefined) throw new LabError('node/not-running', 'No other node runs.');
  return peer;
}
