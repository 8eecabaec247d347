import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFlatYaml, writeFlatYaml, writeWhole } from './flat-yaml.ts';
import { bareAddress } from './ovn-env.ts';
import type { Paths } from './paths.ts';
import { issueCertificate, type KeyPair } from './x509.ts';

const YEARS_10 = 3650;

/** Who this node is as a member, kept in the state directory. */
export interface Identity {
  readonly name: string;
  /** `ip:port` of its daemon. */
  readonly address: string;
  readonly encapIp: string;
  /** Its own, by which other members know it. */
  readonly server: KeyPair;
  /** Shared by all members: what port 6686 shows, and what opens the cluster database. */
  readonly cluster: KeyPair;
}

/** What a member knows of another without the database. */
export interface Trusted {
  readonly name: string;
  readonly address: string;
  readonly role: string;
  readonly certificate: string;
}

/** A certificate for one member, valid for its name and address. */
export function newServerCertificate(name: string, address: string): KeyPair {
  return issueCertificate({
    subject: [
      ['O', 'MicroOVN'],
      ['CN', name],
    ],
    days: YEARS_10,
    alternativeNames: [name, bareAddress(address)],
  });
}

/** The certificate of a new cluster, named after its first member. */
export function newClusterCertificate(name: string): KeyPair {
  return issueCertificate({
    subject: [
      ['O', 'MicroOVN'],
      ['CN', name],
    ],
    days: YEARS_10,
    alternativeNames: [name],
  });
}

export function saveIdentity(paths: Paths, identity: Identity): void {
  writeWhole(paths.serverCertificate, identity.server.certificate);
  writeWhole(paths.serverKey, identity.server.key);
  writeWhole(paths.clusterCertificate, identity.cluster.certificate);
  writeWhole(paths.clusterKey, identity.cluster.key);
  writeFlatYaml(paths.daemon, { name: identity.name, address: identity.address, encap_ip: identity.encapIp });
}

/** `null` on a node that is no member. */
export function loadIdentity(paths: Paths): Identity | null {
  const values = readFlatYaml(paths.daemon);
  if (values === null) return null;
  const { name, address, encap_ip: encapIp } = values;
  if (name === undefined || address === undefined || encapIp === undefined) return null;
  const pair = (certificate: string, key: string): KeyPair => ({
    certificate: readFileSync(certificate, 'utf8'),
    key: readFileSync(key, 'utf8'),
  });
  return {
    name,
    address,
    encapIp,
    server: pair(paths.serverCertificate, paths.serverKey),
    cluster: pair(paths.clusterCertificate, paths.clusterKey),
  };
}

/** Makes `truststore/` say what `members` says, writing only what differs. */
export function saveTruststore(paths: Paths, members: readonly Trusted[]): void {
  mkdirSync(paths.truststore, { recursive: true, mode: 0o700 });
  const known = new Map(loadTruststore(paths).map((entry) => [entry.name, entry]));
  for (const { name, address, role, certificate } of members) {
    const old = known.get(name);
    known.delete(name);
    if (old?.address === address && old.role === role && old.certificate === certificate) continue;
    writeFlatYaml(join(paths.truststore, `${name}.yaml`), { name, address, role, certificate });
  }
  for (const name of known.keys()) rmSync(join(paths.truststore, `${name}.yaml`));
}

export function loadTruststore(paths: Paths): readonly Trusted[] {
  if (!existsSync(paths.truststore)) return [];
  const files = readdirSync(paths.truststore).filter((file) => file.endsWith('.yaml'));
  return files.flatMap((file) => {
    const { name, address, role, certificate } = readFlatYaml(join(paths.truststore, file)) ?? {};
    if (name === undefined || address === undefined || role === undefined || certificate === undefined) return [];
    return [{ name, address, role, certificate }];
  });
}
