import { elements, type Row, type Tables, text } from '../../../../../shared/ovsdb/rows.ts';
import type { Json } from '../../../../../shared/ovsdb/session.ts';
import type { MemberRole, Service } from '../api.ts';
import type { Assignment } from './roles.ts';
import type { KeyPair } from './x509.ts';

/** A row of table Member (`microovn.ovsschema`). */
export interface Member {
  readonly uuid: string;
  readonly name: string;
  /** `ip:port` of the daemon, IPv6 in brackets. */
  readonly address: string;
  /** PEM of its server certificate. */
  readonly certificate: string;
  readonly role: MemberRole;
  /** What the leader wants it to be; `null` until the first heartbeat round that reaches it. */
  readonly assignment: Assignment | null;
  /** It is about to leave: the leader gives its vote to another before it goes. */
  readonly leaving: boolean;
  /** Services that run on it. */
  readonly services: readonly Service[];
  /** Services a join promised it and has not started yet. */
  readonly planned: readonly Service[];
  /** Order of joining, from 0, gaps where members left. */
  readonly position: number;
  /** Milliseconds since 1970, by the clock of the member that let it join. */
  readonly joined: number;
  /** Milliseconds since 1970 by its own clock when its daemon last reached the database. */
  readonly started: number;
  /** Milliseconds since 1970 of the last round of heartbeats it answered; 0: none yet. */
  readonly lastHeartbeat: number;
  readonly schemaInternal: number;
  readonly schemaExternal: number;
  readonly extensions: readonly string[];
  readonly encapIp: string;
}

/** The whole cluster database at one moment. Members in order of position. */
export interface Snapshot {
  readonly members: readonly Member[];
  readonly tokens: readonly { readonly name: string; readonly secretHash: string; readonly expires: number }[];
  readonly config: ReadonlyMap<string, string>;
  /** Grows with each change of membership or placement; what transactions compare before they swap. */
  readonly generation: number;
}

/** Keys of table Config. */
export const configKey = {
  caCertificate: 'ca_cert',
  caKey: 'ca_key',
  /** `yes` or `no` */
  caAutoRenew: 'ca_auto_renew',
  centralIps: 'ovn.central-ips',
} as const;

/** The columns of several elements, which `update2` sends as differences. */
export const setColumns = { Member: ['services', 'planned', 'extensions'] } as const;

/** Reads monitored tables. */
export function snapshotOf(tables: Tables): Snapshot {
  const rows = (name: string): readonly Row[] => [...tables.table(name).values()];
  return {
    members: [...tables.table('Member')].map(memberOf).sort((a, b) => a.position - b.position),
    tokens: rows('Token').map((row) => ({
      name: text(row['name']),
      secretHash: text(row['secret_hash']),
      expires: number(row['expires']),
    })),
    config: new Map(rows('Config').map((row) => [text(row['key']), text(row['value'])])),
    generation: Math.max(0, ...rows('Cluster').map((row) => number(row['generation']))),
  };
}

function memberOf([uuid, row]: readonly [string, Row]): Member {
  const assignment = text(row['assignment']);
  return {
    uuid,
    name: text(row['name']),
    address: text(row['address']),
    certificate: text(row['certificate']),
    // OVSDB leaves defaults out, and the default of an enumeration is its first word in order.
    role: (text(row['role']) || 'PENDING') as MemberRole,
    assignment: assignment === '' ? null : (assignment as Assignment),
    leaving: row['leaving'] === true,
    services: words(row['services']) as readonly Service[],
    planned: words(row['planned']) as readonly Service[],
    position: number(row['position']),
    joined: number(row['joined']),
    started: number(row['started']),
    lastHeartbeat: number(row['last_heartbeat']),
    schemaInternal: number(row['schema_internal']),
    schemaExternal: number(row['schema_external']),
    extensions: words(row['extensions']),
    encapIp: text(row['encap_ip']),
  };
}

function words(value: Json | undefined): readonly string[] {
  return elements(value).map(String);
}

function number(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}

/** The authority that signs OVN certificates. */
export function authorityOf(snapshot: Snapshot): KeyPair {
  return {
    certificate: snapshot.config.get(configKey.caCertificate) ?? '',
    key: snapshot.config.get(configKey.caKey) ?? '',
  };
}
