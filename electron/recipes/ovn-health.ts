import type { LabView } from '../../shared/lab.ts';
import { unmetLeader, unmetUncounted } from './database-health.ts';

/**
 * What a database still lacks until every one of these nodes' servers is a connected voter and one of them leads, e.g.
 * `OVN NB on node-2: joining cluster`; null when nothing.
 */
export function unmetReplicas(view: LabView, id: string, nodes: readonly string[]): string | null {
  const database = view.databases.find((one) => one.id === id);
  if (database === undefined) return `${id} is not observed yet`;
  for (const node of nodes) {
    const replica = database.replicas.find((one) => one.node === node);
    if (replica === undefined || !replica.answers) return `${database.short} on ${node} does not answer yet`;
    if (replica.connected !== true) return `${database.short} on ${node}: ${replica.status ?? 'not connected'}`;
  }
  return unmetLeader(database);
}

/** Null when the Southbound lists a chassis of each of these nodes. */
export function unmetChassis(view: LabView, nodes: readonly string[]): string | null {
  const names = new Set(view.logical.chassis.flatMap(({ name, hostname }) => [name, hostname]));
  const missing = nodes.filter((node) => !names.has(node));
  return missing.length === 0 ? null : `no chassis yet: ${missing.join(', ')}`;
}

/** Null when each node's workload port is bound to it. */
export function unmetPorts(view: LabView, nodes: readonly string[]): string | null {
  const missing = nodes
    .map((node) => ({ node, port: node.replace('node-', 'vm') }))
    .filter(({ node, port }) => !view.logical.ports.some((one) => one.name === port && one.node === node));
  return missing.length === 0 ? null : `not bound yet: ${missing.map(({ port }) => port).join(', ')}`;
}

/** Null when no database counts the node any more, each has a leader, and its chassis is not registered. */
export function unmetGone(view: LabView, node: string): string | null {
  const counted = unmetUncounted(view, node);
  if (counted !== null) return counted;
  const registered = view.logical.chassis.some((chassis) => chassis.name === node);
  return registered ? `the chassis of ${node} is still registered` : null;
}
