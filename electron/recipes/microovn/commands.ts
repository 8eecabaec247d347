import type { NodeCommand } from '../../flows/step.ts';
import type { OvnPlace } from '../ovn-info.ts';

/** Where the product keeps its files, as the snap does. */
export const common = '/var/snap/microovn/common';

export const on = (node: string, ...words: string[]): NodeCommand => ({ node, words });

/** OVN's databases as the product names their control sockets. */
export const ovnDatabases = [
  { id: 'nb', name: 'OVN_Northbound', ctl: `${common}/run/ovn/ovnnb_db.ctl`, raftPort: 6643 },
  { id: 'sb', name: 'OVN_Southbound', ctl: `${common}/run/ovn/ovnsb_db.ctl`, raftPort: 6644 },
] as const;

/** `microovn cluster add NAME`, keeping the token it prints. */
export function addMember(peer: string, node: string): NodeCommand {
  return {
    node: peer,
    words: ['microovn', 'cluster', 'add', node],
    capture: { name: tokenOf(node), secret: true },
  };
}

export function joinMember(node: string): NodeCommand {
  return { node, words: ['microovn', 'cluster', 'join', { captured: tokenOf(node) }] };
}

const tokenOf = (node: string) => `token:${node}`;

/**
 * Takes back a token that was printed to somebody who is gone: the product has no verb for it, and refuses a second token for a name
 * while the first is good.
 */
export function revokeToken(peer: string, node: string): NodeCommand {
  const transaction = ['MicroOVN', { op: 'delete', table: 'Token', where: [['name', '==', node]] }];
  return on(peer, 'ovsdb-client', 'transact', `unix:${common}/run/cluster/db.sock`, JSON.stringify(transaction));
}

/** The port `vmK` of node-K on its integration bridge. */
export function workloadPort({ node, number }: OvnPlace): NodeCommand {
  const port = `vm${number}`;
  return on(
    node,
    'microovn.ovs-vsctl',
    ...words('--may-exist add-br br-int -- set bridge br-int datapath_type=netdev fail_mode=secure'),
    ...words(`-- --may-exist add-port br-int ${port} -- set interface ${port} type=internal`),
    `mac="${workloadMac(number)}"`,
    `external-ids:iface-id=${port}`,
    `external-ids:quorate-address=10.0.0.${number}/24`,
  );
}

/** The logical switch ls0 with the ports of these nodes; those that are there are left as they are. */
export function logicalPorts(peer: string, places: readonly OvnPlace[]): NodeCommand {
  return on(
    peer,
    'microovn.ovn-nbctl',
    '--timeout=20',
    ...words('--may-exist ls-add ls0'),
    ...places.flatMap(({ number }) => [
      ...words(`-- --may-exist lsp-add ls0 vm${number} -- lsp-set-addresses vm${number}`),
      `${workloadMac(number)} 10.0.0.${number}`,
    ]),
  );
}

const workloadMac = (number: number) => `02:00:00:00:00:0${number}`;

const words = (line: string) => line.split(' ');
