import { LabError } from '../../shared/errors.ts';
import type { LabView } from '../../shared/lab.ts';
import { nodeLimits } from '../../shared/request.ts';
import type { Found } from '../engines/engine.ts';

/**
 * Nodes that the cluster still counts and that have no container: members by the product's list, and servers of the databases by their
 * addresses. Whoever removed a container by hand left such a one behind.
 */
export function leftBehind(found: Found, view: LabView): readonly string[] {
  const servers = view.databases.flatMap(({ replicas }) => replicas.flatMap((replica) => replica.servers));
  const counted = new Set([...view.members.map(({ name }) => name), ...servers.flatMap(({ node }) => node ?? [])]);
  return [...counted].filter((name) => !found.nodes.some(({ node }) => node === name)).toSorted();
}

/**
 * The lowest free name of a node.
 * @param left nodes that the cluster counts without a container: their names and addresses are not free, and beside them no lab becomes healthy
 * @throws LabError 'input/invalid' when there is such a one, or when the lab has all the nodes it may have
 */
export function freeNode(found: Found, left: readonly string[]): string {
  const [first] = left;
  if (first !== undefined) {
    throw new LabError('input/invalid', `The cluster still counts ${first}, whose container is gone.`, {
      field: 'node',
      fix: `Remove ${first}, then add a node.`,
    });
  }
  for (let number = nodeLimits.min; number <= nodeLimits.max; number++) {
    if (!found.nodes.some(({ node }) => node === `node-${number}`)) return `node-${number}`;
  }
  throw new LabError('input/invalid', `A lab has at most ${nodeLimits.max} nodes.`, { field: 'nodes' });
}
