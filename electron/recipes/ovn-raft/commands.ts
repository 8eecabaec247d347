import type { NodeCommand } from '../../flows/step.ts';
import type { OvnPlace } from '../ovn-info.ts';

/** One of OVN's two databases: names, files and ports as OVN and Debian have them (ovn-ctl(8)). */
export interface OvnDatabase {
  readonly id: 'nb' | 'sb';
  /** Name inside OVSDB. */
  readonly name: 'OVN_Northbound' | 'OVN_Southbound';
  readonly clientPort: number;
  readonly raftPort: number;
}

export const databases: readonly OvnDatabase[] = [
  { id: 'nb', name: 'OVN_Northbound', clientPort: 6641, raftPort: 6643 },
  { id: 'sb', name: 'OVN_Southbound', clientPort: 6642, raftPort: 6644 },
];

/** What a formed node runs beside Open vSwitch: its database servers, then their clients. `sv up` also lets them return with the node. */
export const services = { servers: ['ovn-nb', 'ovn-sb'], clients: ['ovn-northd', 'ovn-controller'] } as const;

/** There once runit watches a service, and not before: without it `sv` refuses (runsv(8), `supervise/ok`). */
export const supervised = (service: string) => `/etc/service/${service}/supervise/ok`;

export type Transport = 'tcp' | 'ssl';

export const on = (node: string, ...words: string[]): NodeCommand => ({ node, words });

export const databaseFile = (database: OvnDatabase) => `/var/lib/ovn/ovn${database.id}_db.db`;
export const controlSocket = (database: OvnDatabase) => `/var/run/ovn/ovn${database.id}_db.ctl`;
export const clientSocket = (database: OvnDatabase) => `unix:/var/run/ovn/ovn${database.id}_db.sock`;

/** E.g. `tcp:172.28.31.12:6643`. */
export const raftAddress = (database: OvnDatabase, place: OvnPlace, transport: Transport) =>
  `${transport}:${place.address.mgmt}:${database.raftPort}`;

/** First server of a cluster. @param electionTimer in milliseconds */
export function createCluster(database: OvnDatabase, place: OvnPlace, transport: Transport, electionTimer: number) {
  return on(
    place.node,
    'ovsdb-tool',
    `--election-timer=${electionTimer}`,
    'create-cluster',
    databaseFile(database),
    `/usr/share/ovn/ovn-${database.id}.ovsschema`,
    raftAddress(database, place, transport),
  );
}

/** A server that will ask `remote` to let it join once it is started. */
export function joinCluster(database: OvnDatabase, place: OvnPlace, remote: OvnPlace, transport: Transport) {
  return on(
    place.node,
    'ovsdb-tool',
    'join-cluster',
    databaseFile(database),
    database.name,
    raftAddress(database, place, transport),
    raftAddress(database, remote, transport),
  );
}

/** `ovn-remote` and, for northd and ovn-nbctl, its counterpart `ovn-nb`: the addresses of all servers. */
export function remoteSettings(places: readonly OvnPlace[], transport: Transport): readonly string[] {
  const all = (port: number) => places.map((place) => `${transport}:${place.address.mgmt}:${port}`).join(',');
  return [`external-ids:ovn-remote="${all(6642)}"`, `external-ids:ovn-nb="${all(6641)}"`];
}

/** Makes a node a chassis; with the demo also gives it its workload port, in the same transaction. */
export function chassisSettings(place: OvnPlace, places: readonly OvnPlace[], transport: Transport, demo: boolean) {
  return on(
    place.node,
    ...words('ovs-vsctl --timeout=20 set'),
    'open_vswitch',
    '.',
    `external-ids:system-id=${place.node}`,
    `external-ids:hostname=${place.node}`,
    ...remoteSettings(places, transport),
    'external-ids:ovn-encap-type=geneve',
    `external-ids:ovn-encap-ip=${place.address.underlay}`,
    ...words('-- --may-exist add-br br-int -- set bridge br-int datapath_type=netdev fail_mode=secure'),
    ...(demo ? workloadPort(place) : []),
  );
}

/** The port `vmK` of node-K: an internal port whose address the node gives it again at each start. */
export function workloadPort(place: OvnPlace): readonly string[] {
  const port = `vm${place.number}`;
  return [
    ...words(`-- --may-exist add-port br-int ${port} -- set interface ${port} type=internal`),
    `mac="${workloadMac(place)}"`,
    `external-ids:iface-id=${port}`,
    `external-ids:quorate-address=10.0.0.${place.number}/24`,
  ];
}

/** The logical switch ls0 with the ports of these nodes; those that are there are left as they are. */
export function logicalPorts(places: readonly OvnPlace[]): readonly string[] {
  return [
    ...words('--may-exist ls-add ls0'),
    ...places.flatMap((place) => [
      ...words(`-- --may-exist lsp-add ls0 vm${place.number} -- lsp-set-addresses vm${place.number}`),
      `${workloadMac(place)} 10.0.0.${place.number}`,
    ]),
  ];
}

const workloadMac = (place: OvnPlace) => `02:00:00:00:00:0${place.number}`;

const words = (line: string) => line.split(' ');
