import type { LabState, LabView, Millis, NetworkView, NodeUsage, NodeView, Observed, Warning } from '../shared/lab.ts';
import { quorumOf } from '../shared/quorum.ts';
import type { LabRequest } from '../shared/request.ts';
import type { Endings } from './endings.ts';
import type { Found, FoundNetwork, FoundNode } from './engines/engine.ts';
import { label } from './engines/labels.ts';
import { detachedAddresses, labelledAddresses } from './observe/addresses.ts';
import type { Observations } from './observe/observer.ts';

export interface ViewParts {
  readonly lab: string;
  readonly found: Found;
  readonly request: LabRequest;
  readonly recipeTitle: string;
  /** By role. */
  readonly networkTitles: ReadonlyMap<string, string>;
  /** False where the nodes are left fresh on purpose. */
  readonly forms: boolean;
  readonly runId: string | null;
  /** Null while nobody looks. */
  readonly observations: Observations | null;
  readonly usage: ReadonlyMap<string, NodeUsage>;
  readonly endings: Endings;
  readonly now: Millis;
}

const notObserved: Observed = { source: '', observedAt: null, answers: false };

/** Joins what the engine's objects tell with what is observed. */
export function labView(parts: ViewParts): LabView {
  const { lab, found, request, observations, runId, now } = parts;
  return {
    name: lab,
    request,
    recipeTitle: parts.recipeTitle,
    createdAt: createdAt(found),
    state: labState(found.nodes, observations, runId, parts.forms),
    runId,
    observed: observations !== null,
    nodes: found.nodes.map((node) => nodeView(node, parts)),
    networks: found.networks.map((network) => networkView(network, parts.networkTitles)),
    tunnels: observations?.tunnels ?? [],
    members: observations?.members ?? [],
    databases: observations?.databases ?? [],
    logical: observations?.logical ?? {
      switches: [],
      routers: [],
      ports: [],
      chassis: [],
      nb: notObserved,
      sb: notObserved,
    },
    entities: observations?.entities ?? null,
    warnings: [...nodeWarnings(found.nodes, parts.endings), ...(observations?.warnings ?? [])],
    at: now,
  };
}

/** When the oldest node was created; null for a lab without nodes. */
export function createdAt(found: Found): Millis | null {
  return found.nodes.length === 0 ? null : Math.min(...found.nodes.map((node) => node.createdAt));
}

/** True when a network of its label is not attached. */
export function isCut(node: FoundNode): boolean {
  return detachedAddresses(node).length > 0;
}

/**
 * A lab is incomplete when a node was never started or is no member of the product. Members are what the product lists, else the servers of
 * its databases; while neither answers the state is unknown. One that is not to be formed (`forms`) lacks no member.
 */
export function labState(
  nodes: readonly FoundNode[],
  observations: Observations | null,
  runId: string | null,
  forms: boolean,
): LabState {
  if (runId !== null) return 'forming';
  if (nodes.length === 0 || nodes.some((node) => node.state === 'created')) return 'incomplete';
  if (!forms) return 'complete';
  const members = observations === null ? null : memberNodes(observations);
  if (members === null) return 'unknown';
  return nodes.every((node) => node.state === 'gone' || members.has(node.node)) ? 'complete' : 'incomplete';
}

/** Null while nobody tells. */
function memberNodes({ members, databases }: Observations): ReadonlySet<string> | null {
  if (members.some((member) => member.answers))
    return new Set(members.filter((member) => member.role !== 'PENDING').map((member) => member.name));
  // Who answers and holds no copy is no member, as long as all do.
  const copies = databases.flatMap(({ replicas }) => replicas);
  if (copies.length > 0 && copies.every(({ kind, answers }) => answers && kind === 'none')) return new Set();
  const quorums = databases.map(quorumOf);
  if (members.length > 0 || quorums.length === 0 || quorums.some((quorum) => quorum.state === 'unknown')) return null;
  return new Set(quorums.flatMap((quorum) => quorum.members));
}

function nodeView(node: FoundNode, parts: ViewParts): NodeView {
  const { observations, endings } = parts;
  const attached = new Set(node.attached.map(({ network }) => network));
  const addresses = [...labelledAddresses(node)].map(([network, address]) => ({
    network,
    address,
    connected: attached.has(network),
  }));
  return {
    name: node.node,
    id: node.id,
    state: node.state,
    since: node.state === 'paused' ? endings.pausedSince(node.id) : node.since,
    exitCode: node.exitCode,
    ended: endings.ended(node.id),
    cut: isCut(node),
    addresses,
    services: observations?.services.get(node.node) ?? [],
    usage: node.state === 'running' ? (parts.usage.get(node.id) ?? null) : null,
    memoryLimitMiB: node.memoryMiB,
    answers: observations?.answers.get(node.node) ?? notObserved,
  };
}

function networkView({ id, name, subnet, labels }: FoundNetwork, titles: ReadonlyMap<string, string>): NetworkView {
  const role = labels[label.role] ?? '';
  return { name, id, role, title: titles.get(role) ?? role, subnet };
}

/** What the engine's events alone give reason to say. */
export function nodeWarnings(nodes: readonly FoundNode[], endings: Endings): readonly Warning[] {
  return nodes
    .filter((node) => node.state === 'stopped' && endings.ended(node.id) === 'out of memory')
    .map(({ node, memoryMiB }) => ({
      code: 'node/out-of-memory',
      message: `${node} ran out of its ${memoryMiB} MiB of memory and was ended.`,
      fix: 'Deploy with a higher memory limit per node.',
      node,
    }));
}

/** The request of a lab from any of its labels; what cannot be read falls back to what the objects show. */
export function labelledRequest(lab: string, found: Found): LabRequest {
  for (const { labels } of [...found.nodes, ...found.networks]) {
    try {
      const value = JSON.parse(labels[label.spec] ?? 'null') as LabRequest | null;
      if (value !== null && typeof value === 'object' && value.name === lab) return value;
    } catch {
      // Another object of the lab may carry a readable one.
    }
  }
  const recipe = [...found.nodes, ...found.networks][0]?.labels[label.recipe] ?? '';
  return { name: lab, recipe, nodes: found.nodes.length, memoryMiB: found.nodes[0]?.memoryMiB ?? 0, settings: {} };
}
