import type { Parameter } from '../../shared/request.ts';

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
export const switchPrivileges: readonly string[] = [
  'NET_ADMIN: bridges and addresses inside the node',
  'NET_RAW: packet sockets on the underlay',
  '/dev/net/tun: ports of the userspace datapath',
];
