import type { DatabaseView, Replica } from '../../../shared/database.ts';
import { LabError } from '../../../shared/errors.ts';
import type { LabView } from '../../../shared/lab.ts';
import { quorumOf } from '../../../shared/quorum.ts';
import type { LabRequest } from '../../../shared/request.ts';
import type { NodeCommand, Step } from '../../flows/step.ts';
import { groundSteps, nodesStep, nodesToForm, placeOf } from '../lab-objects.ts';
import { ovnNode, type OvnPlace, type OvnSubnets } from '../ovn-info.ts';
import { unmetChassis, unmetPorts, unmetReplicas } from '../ovn-health.ts';
import type { Present } from '../recipe.ts';
import {
  chassisSettings,
  clientSocket,
  createCluster,
  databaseFile,
  databases,
  joinCluster,
  logicalPorts,
  on,
  services,
  supervised,
  type OvnDatabase,
  type Transport,
} from './commands.ts';
import { certificateSteps } from './tls.ts';

/** The settings of a request, as this recipe's parameters declare them. */
export function readSettings(request: LabRequest): { transport: Transport; electionTimer: number; demo: boolean } {
  const { transport, electionTimer, demo } = request.settings;
  return { transport: transport === 'ssl' ? 'ssl' : 'tcp', electionTimer: Number(electionTimer), demo: demo === true };
}

/** Forms the lab, or finishes what was left half formed: nodes whose servers answer are left alone. */
export function deploySteps(
  request: LabRequest,
  subnets: OvnSubnets,
  image: string,
  present: Present,
): readonly Step[] {
  const { transport, demo } = readSettings(request);
  const places = nodesToForm(request, present.found).map((node) => placeOf(node, subnets));
  const ran = new Set(present.found.nodes.filter(({ state }) => state !== 'created').map(({ node }) => node));
  const chains = places.map((place) => [
    ...formChain(request, place, places, present.view, ran.has(place.node)),
    ...(demo && place === places[0] ? demoCommands(place, places, present.view === null) : []),
  ]);
  const lacking = places.filter(({ node }) => !hasCertificate(present, node));
  return [
    ...groundSteps(request, subnets, 'ovn', ovnNode(image)),
    nodesStep(request, places, ovnNode(image)),
    ...(transport === 'ssl' && lacking.length > 0 ? certificateSteps(lacking, lacking.length === places.length) : []),
    {
      kind: 'commands',
      id: 'form',
      title: demo ? 'Form the Raft clusters, connect the workload ports' : 'Form the Raft clusters',
      timeout: 30_000,
      chains,
      asNodesStart: true,
    },
    healthStep(places, demo),
  ];
}

/** All that makes one node a member: its two database servers, its chassis, its daemons. What it has already is left alone. */
export function formChain(
  request: LabRequest,
  place: OvnPlace,
  places: readonly OvnPlace[],
  /** A fresh observation; null for nodes that never ran. */
  view: LabView | null,
  /** True when the node ran before, so that something may be there. */
  ran: boolean,
): readonly NodeCommand[] {
  const { transport, electionTimer, demo } = readSettings(request);
  const lacking = databases.filter((database) => !ran || !serves(view, database, place.node));
  const files = lacking.map((database) => {
    const remote = memberToAsk(view, database, place, places);
    return remote === null
      ? createCluster(database, place, transport, electionTimer)
      : joinCluster(database, place, remote, transport);
  });
  return [
    // A file without a server was left by an attempt that ended between the two.
    ...(ran && lacking.length > 0 ? [on(place.node, 'rm', '-f', ...lacking.map(databaseFile))] : []),
    ...files,
    // Nodes form as soon as they run, so their supervisor may only just be starting.
    on(place.node, 'wait-for', ...services.servers.map(supervised)),
    // The servers find each other while Open vSwitch makes its bridges.
    on(place.node, 'sv', 'up', ...services.servers),
    // On a busy machine it may only just be starting; ovs-vsctl(8) gives up at once, or asks again a second later.
    on(place.node, 'wait-for', '/var/run/openvswitch/db.sock'),
    chassisSettings(place, places, transport, demo),
    on(place.node, 'sv', 'up', ...services.clients),
    ...(demo ? [on(place.node, 'workload-ports')] : []),
  ];
}

/** The leader if there is one, else any member, else the first node; null for the first node of a cluster that is not there yet. */
function memberToAsk(
  view: LabView | null,
  { id }: OvnDatabase,
  place: OvnPlace,
  places: readonly OvnPlace[],
): OvnPlace | null {
  const database = view?.databases.find((one) => one.id === id);
  const others = places.filter(({ node }) => node !== place.node);
  const leader = database === undefined ? null : quorumOf(database).leader;
  // One that itself still asks to join can let nobody in.
  const serving = others.filter(({ node }) =>
    database?.replicas.some((one) => one.node === node && one.answers && one.kind !== 'joining'),
  );
  const asked = serving.find(({ node }) => node === leader) ?? serving[0] ?? places[0];
  return asked === undefined || asked.node === place.node ? null : asked;
}

/**
 * Whether this node holds a server of that database.
 * @throws LabError 'source/silent' when it does not answer: what is not known must not be formed again
 */
function serves(view: LabView | null, database: OvnDatabase, node: string): boolean {
  const replica = replicaOf(view?.databases ?? [], database.id, node);
  if (replica?.kind === 'none') return false;
  if (replica === undefined || !replica.answers) {
    throw new LabError('source/silent', `${node} does not say whether it is a member.`, {
      fix: `Restart ${node}, then finish.`,
    });
  }
  return true;
}

function replicaOf(views: readonly DatabaseView[], id: string, node: string): Replica | undefined {
  return views.find((database) => database.id === id)?.replicas.find((replica) => replica.node === node);
}

/** A node one of whose servers answers over TLS has its certificate. */
function hasCertificate(present: Present, node: string): boolean {
  return (
    present.view !== null &&
    databases.some(({ id }) => replicaOf(present.view?.databases ?? [], id, node)?.answers === true)
  );
}

/**
 * The logical switch of the demo. On the first node of a new cluster, which leads it, so the local socket is enough; in a lab that was
 * formed before, another may lead.
 */
function demoCommands(place: OvnPlace, places: readonly OvnPlace[], isNew: boolean): readonly NodeCommand[] {
  const local = ['--db=unix:/var/run/ovn/ovnnb_db.sock'];
  return [
    on(place.node, 'wait-for', '/var/run/ovn/ovnnb_db.sock'),
    on(place.node, 'ovn-nbctl', ...(isNew ? local : []), '--timeout=20', ...logicalPorts(places)),
  ];
}

/** Waits until the lab is what was asked for: all servers connected, a leader each, all chassis, all workload ports. */
export function healthStep(places: readonly OvnPlace[], demo: boolean): Step {
  const nodes = places.map(({ node }) => node);
  return {
    kind: 'wait',
    id: 'health',
    title: 'Wait until every database and chassis is there',
    timeout: 60_000,
    unmet: (view) =>
      unmetReplicas(view, 'nb', nodes) ??
      unmetReplicas(view, 'sb', nodes) ??
      unmetChassis(view, nodes) ??
      (demo ? unmetPorts(view, nodes) : null),
    script: nodes.flatMap((node) => [
      ...databases.map((database) =>
        on(node, 'ovsdb-client', '--timeout=60', 'wait', clientSocket(database), database.name, 'connected'),
      ),
      on(node, 'ovn-sbctl', '--timeout=60', 'wait-until', 'chassis', node),
    ]),
  };
}
