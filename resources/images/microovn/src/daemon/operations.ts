import type { Service } from '../api.ts';
import { bareAddress } from './ovn-env.ts';
import type { Operation } from './database.ts';
import { EXTENSIONS, SCHEMA_VERSIONS } from './peer-api.ts';
import { configKey, type Member, type Snapshot } from './snapshot.ts';
import type { KeyPair } from './x509.ts';

/** Operations on the cluster database (RFC 7047 section 5.2), by what they mean. */

const PLACED_CENTRALS = 3;

export interface NewMember {
  readonly name: string;
  readonly address: string;
  readonly certificate: string;
  readonly encapIp: string;
  readonly planned: readonly Service[];
}

/** @param snapshot `null` in a new database */
export function insertMember(member: NewMember, snapshot: Snapshot | null): Operation {
  const { name, address, certificate, encapIp, planned } = member;
  const row = {
    name,
    address,
    certificate,
    role: 'PENDING',
    planned: set(planned),
    position: 1 + Math.max(-1, ...(snapshot?.members ?? []).map((other) => other.position)),
    joined: Date.now(),
    schema_internal: SCHEMA_VERSIONS.internal,
    schema_external: SCHEMA_VERSIONS.external,
    extensions: set(EXTENSIONS),
    encap_ip: encapIp,
  };
  return { op: 'insert', table: 'Member', row };
}

export function updateMember(name: string, row: Operation): Operation {
  return { op: 'update', table: 'Member', where: [['name', '==', name]], row };
}

export function deleteMember(name: string): Operation {
  return { op: 'delete', table: 'Member', where: [['name', '==', name]] };
}

/** First contents of a new database. */
export function foundCluster(first: NewMember, authority: KeyPair, autoRenew: boolean): readonly Operation[] {
  return [
    { op: 'insert', table: 'Cluster', row: { generation: 1 } },
    insertMember(first, null),
    ...insertAuthority(authority, autoRenew),
  ];
}

/** Makes `authority` the one that signs OVN certificates. */
export function replaceAuthority(authority: KeyPair, autoRenew: boolean): readonly Operation[] {
  const keys = [configKey.caCertificate, configKey.caKey, configKey.caAutoRenew];
  return [...keys.map(deleteConfig), ...insertAuthority(authority, autoRenew)];
}

function insertAuthority(authority: KeyPair, autoRenew: boolean): readonly Operation[] {
  return [
    insertConfig(configKey.caCertificate, authority.certificate),
    insertConfig(configKey.caKey, authority.key),
    insertConfig(configKey.caAutoRenew, autoRenew ? 'yes' : 'no'),
  ];
}

export function insertConfig(key: string, value: string): Operation {
  return { op: 'insert', table: 'Config', row: { key, value } };
}

export function deleteConfig(key: string): Operation {
  return { op: 'delete', table: 'Config', where: [['key', '==', key]] };
}

/** Deletes tokens that ended before `now`; 0 never ends. */
export function purgeTokens(now: number): Operation {
  const where = [
    ['expires', '<', now],
    ['expires', '!=', 0],
  ];
  return { op: 'delete', table: 'Token', where };
}

/** Takes a token, once: fails with kind `wait` when another has taken it meanwhile. */
export function takeToken(name: string, secretHash: string): readonly Operation[] {
  const where = [['secret_hash', '==', secretHash]];
  return [
    { op: 'wait', table: 'Token', where, columns: ['name'], until: '==', rows: [{ name }], timeout: 0 },
    { op: 'delete', table: 'Token', where },
  ];
}

/** An OVSDB set. */
export function set(values: readonly string[]): Operation[string] {
  return ['set', [...values]];
}

/** Services of a joiner (contract 3.1): `central` while fewer than three have it or are promised it, unless an address list is set. */
export function placement(snapshot: Snapshot): readonly Service[] {
  const placed = snapshot.members.filter(({ services, planned }) => [...services, ...planned].includes('central'));
  const isOpen = placed.length < PLACED_CENTRALS && !snapshot.config.has(configKey.centralIps);
  return isOpen ? ['central', 'chassis', 'switch'] : ['chassis', 'switch'];
}

/** Bare addresses of the servers of the OVN databases: those of `ovn.central-ips`, else the members with `central`, oldest first. */
export function centralAddresses(snapshot: Snapshot): readonly string[] {
  const configured = snapshot.config.get(configKey.centralIps);
  if (configured !== undefined) return configured.split(',');
  return snapshot.members
    .filter((member: Member) => member.services.includes('central'))
    .map((member) => bareAddress(member.address));
}
