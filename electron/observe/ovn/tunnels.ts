import type { TunnelView } from '../../../shared/lab.ts';
import { stringMap, text, type Tables } from '../../../shared/ovsdb/rows.ts';
import type { TableRequests } from './monitors.ts';

/** What is followed of a node's own Open_vSwitch database: its Geneve ports (ovs-vswitchd.conf.db(5), table Interface). */
export const interfaceTables: TableRequests = {
  Interface: { columns: ['type', 'options', 'error', 'bfd_status'], where: [['type', '==', 'geneve']] },
};

/** The tunnel ends of one node. */
export interface TunnelEnds {
  readonly node: string;
  /** Runs, and is attached to the network of the tunnels. */
  readonly able: boolean;
  /** Its OVS answers now; else `remotes` is what it last said. */
  readonly answers: boolean;
  readonly remotes: readonly TunnelEnd[];
}

export interface TunnelEnd {
  readonly address: string;
  /** Not in error, and not down by BFD where BFD runs. */
  readonly works: boolean;
}

/** The ends a node's Open_vSwitch database holds. */
export function readTunnelEnds(tables: Tables): readonly TunnelEnd[] {
  return [...tables.table('Interface').values()].flatMap((row) => {
    const address = stringMap(row['options']).get('remote_ip');
    const bfd = stringMap(row['bfd_status']).get('state');
    const works = text(row['error']) === '' && (bfd === undefined || bfd === 'up');
    return address === undefined ? [] : [{ address, works }];
  });
}

/** One tunnel per pair of nodes of which at least one reported an end. Ends to addresses outside the lab are left out. */
export function tunnelViews(
  ends: readonly TunnelEnds[],
  nodeAt: (address: string) => string | null,
): readonly TunnelView[] {
  const byNode = new Map(ends.map((end) => [end.node, end]));
  const pairs = new Map<string, { from: TunnelEnds; to: TunnelEnds; reports: (TunnelEnd & { by: string })[] }>();
  for (const end of ends)
    for (const remote of end.remotes) {
      const peer = byNode.get(nodeAt(remote.address) ?? '');
      if (peer === undefined || peer === end) continue;
      const [from, to] = end.node < peer.node ? [end, peer] : [peer, end];
      const key = `${from.node} ${to.node}`;
      const pair = pairs.get(key) ?? { from, to, reports: [] };
      pair.reports.push({ ...remote, by: end.node });
      pairs.set(key, pair);
    }
  return [...pairs.entries()]
    .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([, { from, to, reports }]) => ({
      from: from.node,
      to: to.node,
      type: 'geneve',
      state: tunnelState(from, to, reports),
    }));
}

function tunnelState(
  from: TunnelEnds,
  to: TunnelEnds,
  reports: readonly (TunnelEnd & { by: string })[],
): TunnelView['state'] {
  if (!from.able || !to.able) return 'down';
  if (!from.answers || !to.answers) return 'unknown';
  if (reports.some((report) => !report.works)) return 'down';
  return reports.length >= 2 ? 'up' : 'half';
}
