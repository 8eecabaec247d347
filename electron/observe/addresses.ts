import type { FoundNode } from '../engines/engine.ts';
import { label } from '../engines/labels.ts';

/** Addresses of a node by network name, as its label keeps them also while it is cut; empty when the label is missing or unreadable. */
export function labelledAddresses(node: FoundNode): ReadonlyMap<string, string> {
  try {
    const value: unknown = JSON.parse(node.labels[label.addresses] ?? '{}');
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(Object.entries(value).map(([network, address]) => [network, String(address)]));
  } catch {
    return new Map();
  }
}

/** Labelled addresses of networks the node is not attached to now. */
export function detachedAddresses(node: FoundNode): readonly string[] {
  const attached = new Set(node.attached.map(({ network }) => network));
  return [...labelledAddresses(node)].flatMap(([network, address]) => (attached.has(network) ? [] : [address]));
}

/** Host part of a Raft address, e.g. `172.28.31.12` of `ssl:172.28.31.12:6643` or of dqlite's `172.28.31.12:8443`; a bare address is itself. */
export function hostOf(address: string): string {
  const match = /^(?:(?:tcp|ssl):\[?([^\]]+?)\]?|([0-9.]+)):\d+$/.exec(address);
  return match?.[1] ?? match?.[2] ?? address;
}
