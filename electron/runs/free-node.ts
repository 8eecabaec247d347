import { LabError } from '../../shared/errors.ts';
import type { LabView } from '../../shared/lab.ts';
import { nodeLimits } from '../../shared/request.ts';
import type { Found } from '../engines/engine.ts';
import { hostOf } from '../observe/addresses.ts';
import { placeOf } from '../recipes/lab-objects.ts';
import type { Subnets } from '../recipes/recipe.ts';

/**
 * The view with each server of a database named by the address it has in the plan of the lab: an observer names only those whose
 * containers it finds.
 */
export function namedByPlan(view: LabView, subnets: Subnets): LabView {
  const names = new Map<string, string>();
  for (let number = nodeLimits.min; number <= nodeLimits.max; number++) {
    const { node, address } = placeOf(`node-${number}`, subnets);
    for (const each of Object.values(address)) names.set(each, node);
  }
  const databases = view.databases.map((database) => ({
    ...database,
    replicas: database.replicas.map((replica) => ({
      ...replica,
      servers: replica.servers.map((server) => ({
        ...server,
        node: server.node ?? names.get(hostOf(server.address)) ?? null,
      })),
    })),
  }));
  return { ...view, databases };
}

/**
 * Nodes that the cluster still counts and that have no container: members by the product's list, and servers of the databases. Whoever removed a container by hand left such a one behind.
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
