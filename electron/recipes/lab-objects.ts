import type { LabRequest } from '../../shared/request.ts';
import type { Found, Need, NodeSpec } from '../engines/engine.ts';
import { label, labLabels } from '../engines/labels.ts';
import type { Step } from '../flows/step.ts';
import type { NetworkRole, Subnets } from './recipe.ts';

/** Where a node is: its host part is 10 + its number in every network. */
export interface NodePlace<R extends string = string> {
  /** Short name, e.g. `node-2`. */
  readonly node: string;
  readonly number: number;
  /** By role of the network, e.g. `mgmt` `172.28.31.12`. */
  readonly address: Readonly<Record<R, string>>;
}

/** The place of a node by its name, `node-1` to `node-9`. */
export function placeOf<R extends string>(node: string, subnets: Subnets<R>): NodePlace<R> {
  const number = Number(node.replace('node-', ''));
  const addresses = Object.entries<string>(subnets).map(([role, prefix]) => [role, `${prefix}.${10 + number}`]);
  return { node, number, address: Object.fromEntries(addresses) as Record<R, string> };
}

/**
 * The nodes a lab is to have. All nodes are created before the first is started, so once one has ever run, those that are there are all:
 * a missing one was removed.
 */
export function nodesToForm(request: LabRequest, found: Found): readonly string[] {
  const there = found.nodes.map((node) => node.node);
  const everRan = found.nodes.some((node) => node.state !== 'created');
  const asked = everRan ? [] : Array.from({ length: request.nodes }, (_, index) => `node-${index + 1}`);
  return [...new Set([...there, ...asked])].toSorted();
}

/** Image and networks: how every lab begins. `image` is the folder in `resources/images/`. */
export function groundSteps(
  request: LabRequest,
  subnets: Subnets,
  image: string,
  { image: tag, networks }: NodeKind,
): readonly Step[] {
  return [
    { kind: 'image', id: 'image', title: 'Have the node image', timeout: 1_800_000, image, tag },
    {
      kind: 'networks',
      id: 'networks',
      title: networks.length === 1 ? 'Create the network' : 'Create the networks',
      timeout: 60_000,
      networks: networks.map(({ role, internal }) => ({
        name: `${request.name}-${role}`,
        lab: request.name,
        role,
        subnet: `${subnets[role]}.0/24`,
        internal,
        labels: labLabels(request, { role }),
      })),
    },
  ];
}

/** What the nodes of a recipe have in common. */
export interface NodeKind {
  /** Tag in the engine. */
  readonly image: string;
  readonly networks: readonly NetworkRole[];
  readonly needs: readonly Need[];
  /** Most processes and threads. */
  readonly pids: number;
  readonly environment?: (place: NodePlace) => Readonly<Record<string, string>>;
  /** Folder that outlives the container, so that the node's image may change under its data. */
  readonly data?: string;
  /** The new containers take over the data of those before. */
  readonly takesOver?: boolean;
}

/** Creates what lacks of these nodes and starts all. */
export function nodesStep(request: LabRequest, places: readonly NodePlace[], kind: NodeKind): Step {
  const one = places.length === 1 ? places[0] : undefined;
  return {
    kind: 'nodes',
    id: one === undefined ? 'nodes' : `nodes:${one.node}`,
    title: one === undefined ? `Start ${places.length} nodes` : `Start ${one.node}`,
    timeout: 120_000,
    nodes: places.map((place) => nodeSpec(request, place, kind)),
  };
}

function nodeSpec(request: LabRequest, place: NodePlace, kind: NodeKind): NodeSpec {
  const networks = kind.networks.map(({ role }) => ({
    name: `${request.name}-${role}`,
    address: place.address[role] ?? '',
  }));
  return {
    name: `${request.name}-${place.node}`,
    lab: request.name,
    node: place.node,
    image: kind.image,
    networks,
    needs: kind.needs,
    memoryMiB: request.memoryMiB,
    pids: kind.pids,
    ...(kind.data === undefined
      ? {}
      : {
          volumes: [{ name: `${request.name}-${place.node}-data`, path: kind.data }],
          takesOver: kind.takesOver === true,
        }),
    environment: kind.environment?.(place) ?? {},
    labels: {
      ...labLabels(request, { role: 'node', node: place.node }),
      [label.addresses]: JSON.stringify(Object.fromEntries(networks.map(({ name, address }) => [name, address]))),
    },
  };
}
