import type { LabRequest } from '../../shared/request.ts';
import type { Found, NetworkSpec, NodeSpec } from '../engines/engine.ts';
import { label, labLabels } from '../engines/labels.ts';
import type { Step } from '../flows/step.ts';
import type { Subnets } from './recipe.ts';

/** Addresses of a node: the same host part in both networks, 10 + its number. */
export interface NodePlace {
  /** Short name, e.g. `node-2`. */
  readonly node: string;
  readonly number: number;
  /** E.g. `172.28.31.12`: databases and daemons. */
  readonly mgmt: string;
  /** E.g. `172.28.32.12`: tunnels. */
  readonly underlay: string;
}

/** The place of a node by its name, `node-1` to `node-9`. */
export function placeOf(node: string, subnets: Subnets): NodePlace {
  const number = Number(node.replace('node-', ''));
  return { node, number, mgmt: `${subnets.mgmt}.${10 + number}`, underlay: `${subnets.underlay}.${10 + number}` };
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

/** Image and networks: how every lab begins. */
export function groundSteps(
  request: LabRequest,
  subnets: Subnets,
  image: { readonly name: string; readonly tag: string },
): readonly Step[] {
  return [
    { kind: 'image', id: 'image', title: 'Have the node image', timeout: 1_800_000, image: image.name, tag: image.tag },
    {
      kind: 'networks',
      id: 'networks',
      title: 'Create the networks',
      timeout: 60_000,
      networks: [network(request, 'mgmt', subnets.mgmt), network(request, 'underlay', subnets.underlay)],
    },
  ];
}

function network(request: LabRequest, role: 'mgmt' | 'underlay', prefix: string): NetworkSpec {
  return {
    name: `${request.name}-${role}`,
    lab: request.name,
    role,
    subnet: `${prefix}.0/24`,
    internal: role === 'underlay',
    labels: labLabels(request, { role }),
  };
}

/** Creates what lacks of these nodes and starts all. */
export function nodesStep(
  request: LabRequest,
  places: readonly NodePlace[],
  image: string,
  environment: (place: NodePlace) => Readonly<Record<string, string>> = () => ({}),
): Step {
  const one = places.length === 1 ? places[0] : undefined;
  return {
    kind: 'nodes',
    id: one === undefined ? 'nodes' : `nodes:${one.node}`,
    title: one === undefined ? `Start ${places.length} nodes` : `Start ${one.node}`,
    timeout: 120_000,
    nodes: places.map((place) => nodeSpec(request, place, image, environment(place))),
  };
}

function nodeSpec(
  request: LabRequest,
  place: NodePlace,
  image: string,
  environment: Readonly<Record<string, string>>,
): NodeSpec {
  const mgmt = `${request.name}-mgmt`;
  const underlay = `${request.name}-underlay`;
  return {
    name: `${request.name}-${place.node}`,
    lab: request.name,
    node: place.node,
    image,
    networks: [
      { name: mgmt, address: place.mgmt },
      { name: underlay, address: place.underlay },
    ],
    needs: ['net-admin', 'net-raw', 'tun'],
    memoryMiB: request.memoryMiB,
    pids: 512,
    environment: { QUORATE_MGMT: place.mgmt, QUORATE_UNDERLAY: `${place.underlay}/24`, ...environment },
    labels: {
      ...labLabels(request, { role: 'node', node: place.node }),
      [label.addresses]: JSON.stringify({ [mgmt]: place.mgmt, [underlay]: place.underlay }),
    },
  };
}
