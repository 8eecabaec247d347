import type { Privilege } from '../../shared/recipe.ts';
import type { Parameter } from '../../shared/request.ts';
import type { NodeKind, NodePlace } from './lab-objects.ts';
import type { Subnets } from './recipe.ts';

/** OVN's two replicated databases, as every recipe with OVN shows them. */
export const northbound = { id: 'nb', title: 'OVN Northbound', short: 'OVN NB', protocol: 'ovsdb-raft' } as const;
export const southbound = { id: 'sb', title: 'OVN Southbound', short: 'OVN SB', protocol: 'ovsdb-raft' } as const;

/** Whether a lab comes with something that uses its network. */
export const demoParameter: Parameter = {
  key: 'demo',
  title: 'Demo workloads',
  help: 'One logical switch with a workload port per node, so that pings can be seen to cross.',
  type: 'boolean',
  default: true,
};

/** What a node with Open vSwitch in userspace needs beyond nothing, and why. */
export const switchPrivileges: readonly Privilege[] = [
  { text: 'NET_ADMIN: bridges and addresses inside the node' },
  { text: 'NET_RAW: packet sockets on the underlay' },
  { text: '/dev/net/tun: ports of the userspace datapath' },
];

/** The networks of a node with OVN. */
export const ovnNetworks = [
  { role: 'mgmt', title: 'Management', internal: false },
  { role: 'underlay', title: 'Underlay', internal: true },
] as const;
export type OvnSubnets = Subnets<(typeof ovnNetworks)[number]['role']>;
export type OvnPlace = NodePlace<(typeof ovnNetworks)[number]['role']>;

/** A node with OVN: least privilege, and where its networks are. */
export function ovnNode(image: string, environment: Readonly<Record<string, string>> = {}): NodeKind {
  return {
    image,
    networks: ovnNetworks,
    needs: ['net-admin', 'net-raw', 'tun'],
    pids: 512,
    environment: ({ address }) => ({
      QUORATE_MGMT: address['mgmt'] ?? '',
      QUORATE_UNDERLAY: `${address['underlay']}/24`,
      ...environment,
    }),
  };
}
