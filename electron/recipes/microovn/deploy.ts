import { LabError } from '../../../shared/errors.ts';
import type { LabRequest } from '../../../shared/request.ts';
import type { NodeCommand, Step } from '../../flows/step.ts';
import { groundSteps, nodesStep, nodesToForm, placeOf, type NodeKind } from '../lab-objects.ts';
import { ovnNode, type OvnPlace, type OvnSubnets } from '../ovn-info.ts';
import type { Present } from '../recipe.ts';
import { addMember, joinMember, logicalPorts, on, revokeToken, workloadPort } from './commands.ts';
import { explain } from './explain.ts';
import { healthStep } from './health.ts';

/** The settings of a request, as this recipe's parameters declare them. */
export function readSettings(request: LabRequest): { electionTimer: number; demo: boolean } {
  return { electionTimer: Number(request.settings['electionTimer']), demo: request.settings['demo'] === true };
}

/**
 * The multi-node tutorial: bootstrap on node-1, a token for each other node, a join on each in turn. Of a lab that was left half formed,
 * what is a member is left alone.
 */
export function deploySteps(
  request: LabRequest,
  subnets: OvnSubnets,
  image: string,
  present: Present,
): readonly Step[] {
  const { demo } = readSettings(request);
  const places = nodesToForm(request, present.found).map((node) => placeOf(node, subnets));
  const members = membersOf(present);
  const kind = nodeKind(request, image);
  const first = places.find(({ node }) => members.has(node)) ?? places[0];
  if (first === undefined) throw new LabError('internal', 'A lab without nodes.');
  const joining = places.filter(({ node }) => node !== first.node && !members.has(node));
  return [
    ...groundSteps(request, subnets, 'microovn', kind),
    nodesStep(request, places, kind),
    readyStep(places),
    ...(members.has(first.node)
      ? []
      : [commands('bootstrap', `Bootstrap on ${first.node}`, [on(first.node, 'microovn', 'cluster', 'bootstrap')])]),
    ...joining.map(({ node }) => tokenStep(first.node, node, members.size > 0)),
    ...joining.map(({ node }) => joinStep(node)),
    ...(demo ? demoSteps(first.node, places) : []),
    healthStep(places, demo),
  ];
}

/** Waits for the daemons; nothing of the cluster is needed for that. */
export function readyStep(places: readonly OvnPlace[]): Step {
  const names = places.length === 1 ? `:${places[0]?.node}` : '';
  return {
    kind: 'commands',
    id: `ready${names}`,
    title: 'Wait for the daemons',
    timeout: 30_000,
    chains: places.map(({ node }) => [on(node, 'microovn', 'waitready', '--timeout', '25')]),
    explain,
  };
}

/** @param anew whether an earlier token may still be waiting for that name */
export function tokenStep(peer: string, node: string, anew: boolean): Step {
  const chain = [...(anew ? [revokeToken(peer, node)] : []), addMember(peer, node)];
  return commands(`add:${node}`, `Make a token for ${node}`, chain);
}

export function joinStep(node: string, undo?: readonly NodeCommand[]): Step {
  return { ...commands(`join:${node}`, `Join ${node}`, [joinMember(node)]), ...(undo === undefined ? {} : { undo }) };
}

export function demoSteps(peer: string, places: readonly OvnPlace[]): readonly Step[] {
  const suffix = places.length === 1 ? `:${places[0]?.node}` : '';
  return [
    {
      kind: 'commands',
      id: `demo${suffix}`,
      title: 'Connect the workload ports by a logical switch',
      timeout: 90_000,
      chains: [
        [logicalPorts(peer, places)],
        ...places.map((place) => [workloadPort(place), on(place.node, 'workload-ports')]),
      ],
      explain,
    },
  ];
}

/** The product's daemon reads the election timer it gives new databases from its environment. */
export function nodeKind(request: LabRequest, image: string): NodeKind {
  return ovnNode(image, { MICROOVN_ELECTION_TIMER: String(readSettings(request).electionTimer) });
}

/**
 * Nodes that are members by the cluster's own list. Nothing listens in a node before the cluster begins: of a lab all of whose nodes run
 * and none was ever heard, none is taken to be a member; where that is wrong `cluster bootstrap` itself refuses.
 * @throws LabError 'source/silent' when a node that ran before answers nobody: it may be one
 */
export function membersOf({ found, view }: Present): ReadonlySet<string> {
  const ran = found.nodes.filter(({ state }) => state !== 'created').map(({ node }) => node);
  const silent = view?.nodes
    .filter(({ name, answers }) => ran.includes(name) && !answers.answers)
    .map(({ name }) => name);
  const isUnformed = view?.nodes.every(({ state, answers }) => state === 'running' && answers.observedAt === null);
  if (silent !== undefined && silent.length > 0 && view?.members.length === 0 && isUnformed !== true) {
    throw new LabError('source/silent', `${silent.join(', ')} did not say whether there is a cluster.`, {
      fix: `Restart ${silent.join(', ')}, then finish.`,
    });
  }
  return new Set((view?.members ?? []).map(({ name }) => name));
}

function commands(id: string, title: string, chain: readonly NodeCommand[]): Extract<Step, { kind: 'commands' }> {
  return { kind: 'commands', id, title, timeout: 60_000, chains: [chain], explain };
}
