import { LabError } from '../../../shared/errors.ts';
import type { LabView } from '../../../shared/lab.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import type { LabRequest } from '../../../shared/request.ts';
import type { NodeCommand, Step } from '../../flows/step.ts';
import { nodesStep, placeOf } from '../lab-objects.ts';
import { ovnNode, type OvnPlace, type OvnSubnets } from '../ovn-info.ts';
import { refuseUnlessSpare } from '../database-health.ts';
import { unmetChassis, unmetGone } from '../ovn-health.ts';
import type { Present } from '../recipe.ts';
import {
  clientSocket,
  controlSocket,
  databases,
  logicalPorts,
  on,
  raftAddress,
  remoteSettings,
  services,
  type OvnDatabase,
  type Transport,
} from './commands.ts';
import { formChain, healthStep, readSettings } from './deploy.ts';
import { authority, certificateSteps } from './tls.ts';

/** A further node joins both databases by way of their leaders; then all nodes learn its address. */
export function addSteps(
  request: LabRequest,
  subnets: OvnSubnets,
  image: string,
  present: Present,
  node: string,
): readonly Step[] {
  const { transport, demo } = readSettings(request);
  const view = requireView(present);
  const place = placeOf(node, subnets);
  const others = runningPlaces(present, subnets).filter((other) => other.node !== node);
  const all = [...others, place];
  const peer = (others.find((other) => other.node === leaderOf(view, 'nb')) ?? firstOf(others)).node;
  const ran = present.found.nodes.some((found) => found.node === node && found.state !== 'created');
  return [
    nodesStep(request, [place], ovnNode(image)),
    ...(transport === 'ssl' ? certificateSteps([place], false) : []),
    {
      kind: 'commands',
      id: `join:${node}`,
      title: `Join ${node}`,
      timeout: 30_000,
      chains: [formChain(request, place, all, view, ran), ...others.map((other) => learn(other, all, transport))],
      undo: [
        on(node, 'sv', 'down', ...services.clients, ...services.servers),
        ...kick(peer, place, transport, databases),
        ...others.map((other) => setRemotes(other, others, transport)),
        ...forget(peer, node, demo),
      ],
    },
    ...(demo
      ? [
          {
            kind: 'commands' as const,
            id: `demo:${node}`,
            title: `Connect the workload port of ${node}`,
            timeout: 30_000,
            chains: [[on(peer, 'ovn-nbctl', '--timeout=20', ...logicalPorts([place]))]],
          },
        ]
      : []),
    healthStep(all, demo),
  ];
}

/**
 * A node leaves by its own `cluster/leave`; one that cannot, or with `force`, is kicked by the others.
 * @throws LabError 'input/invalid' when a database would lose its quorum
 */
export function removeSteps(
  request: LabRequest,
  subnets: OvnSubnets,
  present: Present,
  node: string,
  force: boolean,
): readonly Step[] {
  const { transport, demo } = readSettings(request);
  const view = requireView(present);
  refuseUnlessSpare(view, node, ['nb', 'sb']);
  if (transport === 'ssl' && node === authority) {
    throw new LabError('input/invalid', `${node} holds the certificate authority of this lab.`, {
      field: 'node',
      fix: 'Remove another node.',
    });
  }
  const place = placeOf(node, subnets);
  const places = runningPlaces(present, subnets);
  const others = places.filter((other) => other.node !== node);
  const graceful = !force && places.some((other) => other.node === node);
  const peer = others.find((other) => other.node === leaderOf(view, 'nb'))?.node ?? firstOf(others).node;
  return [
    graceful ? leaveStep(node, membershipOf(view, node)) : kickStep(peer, place, transport, membershipOf(view, node)),
    {
      kind: 'commands',
      id: `forget:${node}`,
      title: `Let the others forget ${node}`,
      timeout: 30_000,
      chains: [
        ...others.filter((other) => other.node !== peer).map((other) => learn(other, others, transport)),
        [...learn(placeOf(peer, subnets), others, transport), ...forget(peer, node, demo)],
      ],
    },
    { kind: 'remove-nodes', id: `remove:${node}`, title: `Remove ${node}`, timeout: 60_000, nodes: [node] },
    removedStep(others, node),
  ];
}

/** The databases that still count this node as a server: an earlier attempt may have left one of them. */
function membershipOf(view: LabView, node: string): readonly OvnDatabase[] {
  return databases.filter(({ id }) => {
    const database = view.databases.find((one) => one.id === id);
    return database !== undefined && quorumOf(database).members.includes(node);
  });
}

function leaveStep(node: string, member: readonly OvnDatabase[]): Step {
  return {
    kind: 'commands',
    id: `leave:${node}`,
    title: `${node} leaves both databases`,
    timeout: 30_000,
    chains: [
      [
        on(node, 'sv', 'down', ...services.clients),
        ...member.map((database) =>
          on(node, 'ovs-appctl', '-t', controlSocket(database), 'cluster/leave', database.name),
        ),
        ...member.map((database) =>
          on(node, 'ovsdb-client', '--timeout=20', 'wait', clientSocket(database), database.name, 'removed'),
        ),
      ],
    ],
  };
}

function kickStep(peer: string, place: OvnPlace, transport: Transport, member: readonly OvnDatabase[]): Step {
  return {
    kind: 'commands',
    id: `kick:${place.node}`,
    title: `${peer} kicks ${place.node} out of both databases`,
    timeout: 30_000,
    chains: [kick(peer, place, transport, member)],
  };
}

/** On a follower the request is handed to the leader. */
function kick(
  peer: string,
  place: OvnPlace,
  transport: Transport,
  member: readonly OvnDatabase[],
): readonly NodeCommand[] {
  return member.map((database) =>
    on(
      peer,
      'ovs-appctl',
      '-t',
      controlSocket(database),
      'cluster/kick',
      database.name,
      raftAddress(database, place, transport),
    ),
  );
}

/** Tells a node all addresses; its northd reads them when it starts. */
function learn(place: OvnPlace, all: readonly OvnPlace[], transport: Transport): readonly NodeCommand[] {
  return [setRemotes(place, all, transport), on(place.node, 'sv', 'term', 'ovn-northd')];
}

function setRemotes(place: OvnPlace, all: readonly OvnPlace[], transport: Transport): NodeCommand {
  return on(place.node, 'ovs-vsctl', 'set', 'open_vswitch', '.', ...remoteSettings(all, transport));
}

function forget(peer: string, node: string, demo: boolean): readonly NodeCommand[] {
  return [
    on(peer, 'ovn-sbctl', '--timeout=20', '--if-exists', 'chassis-del', node),
    ...(demo ? [on(peer, 'ovn-nbctl', '--timeout=20', '--if-exists', 'lsp-del', node.replace('node-', 'vm'))] : []),
  ];
}

function removedStep(others: readonly OvnPlace[], node: string): Step {
  const names = others.map((other) => other.node);
  return {
    kind: 'wait',
    id: `without:${node}`,
    title: `Wait until nobody counts ${node} any more`,
    timeout: 30_000,
    unmet: (view) => unmetGone(view, node) ?? unmetChassis(view, names),
    script: names.flatMap((name) =>
      databases.map((database) =>
        on(name, 'ovsdb-client', '--timeout=30', 'wait', clientSocket(database), database.name, 'connected'),
      ),
    ),
  };
}

function requireView(present: Present): LabView {
  if (present.view !== null) return present.view;
  throw new LabError('source/silent', 'The lab was not observed, so its members are not known.');
}

function runningPlaces(present: Present, subnets: OvnSubnets): readonly OvnPlace[] {
  return present.found.nodes.filter(({ state }) => state === 'running').map(({ node }) => placeOf(node, subnets));
}

function leaderOf(view: LabView, id: string): string | null {
  const database = view.databases.find((one) => one.id === id);
  return database === undefined ? null : quorumOf(database).leader;
}

function firstOf(places: readonly OvnPlace[]): OvnPlace {
  const [first] = places;
  if (first === undefined) throw new LabError('node/not-running', 'No other node runs.');
  return first;
}
