import { LabError } from '../../shared/errors.ts';
import type { LabView } from '../../shared/lab.ts';
import { nodeLimits } from '../../shared/request.ts';
import type { Found } from '../engines/engine.ts';

/**
 * Nodes that the cluster still counts, whether their containers are there or not: members by the product's list, and servers of the
 * databases by their addresses. Whoever removed a container by hand left such a one behind.
 */
export function countedNodes(view: LabView): ReadonlySet<string> {
  const servers = view.databases.flatMap(({ replicas }) => replicas.flatMap((replica) => replica.servers));
  return new Set([...view.members.map(({ name }) => name), ...servers.flatMap(({ node }) => node ?? [])]);
}

/**
 * The lowest free name of a node: one that is counted without a container is not free, for its address and name are taken in the cluster.
 * @throws LabError 'input/invalid' when the lab has all it may have
 */
export function freeNode(found: Found, counted: ReadonlySet<string>): string {
  for (let number = nodeLimits.min; number <= nodeLimits.max; number++) {
    const name = `node-${number}`;
    if (!found.nodes.some(({ node }) => node === name) && !counted.has(name)) return name;
  }
  throw new LabError('input/invalid', `A lab has at most ${nodeLimits.max} nodes.`, {
    field: 'nodes',
    ...(counted.size > found.nodes.length ? { fix: 'Remove members whose containers are gone.' } : {}),
  });
}
