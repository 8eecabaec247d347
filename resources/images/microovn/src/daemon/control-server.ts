import { isIP } from 'node:net';
import {
  type CaResult,
  CERTIFICATE_NAMES,
  CONFIG_KEYS,
  type ApiHandlers,
  type ClusterMember,
  type ExpectedSchema,
  type MemberStatus,
  type ReissueResult,
  type ServiceChange,
} from '../api.ts';
import { memberNameProblem } from '../names.ts';
import type { Daemon } from './daemon.ts';
import { TransactionError } from './database.ts';
import type { NodeMember } from './node-member.ts';
import { centralAddresses, deleteConfig, insertConfig, purgeTokens, replaceAuthority } from './operations.ts';
import { expectedSchema } from './ovn-services.ts';
import { centralAddressesProblem } from './ovn-env.ts';
import type { Reissued } from './peer-api.ts';
import { reissueAll } from './peer-server.ts';
import { newAuthority } from './pki.ts';
import { Refusal, wordsOf } from './refusal.ts';
import { removeMember } from './removal.ts';
import { configKey, type Member, type Snapshot } from './snapshot.ts';
import { encodeToken, newSecret, secretHash } from './token.ts';
import { caDefect, fingerprint } from './x509.ts';
import { log } from './log.ts';

const STATUS_LIMIT = 3000;
const PEER_LIMIT = 30_000;

/** What the `microovn` command of this node may ask: the interface `Api`. */
export function controlHandlers(daemon: Daemon): ApiHandlers {
  const member = () => daemon.member();
  return {
    'POST /core/control': async ({ body }) => {
      await daemon.form(body);
      return null;
    },
    'GET /core/1.0/ready': () => Promise.resolve(daemon.ready()),
    'GET /core/1.0/cluster': () => listMembers(member()),
    'DELETE /core/1.0/cluster/:name': async ({ params, query }) => {
      const here = daemon.formed();
      const hasLeft = await removeMember(here, params.name, query.force === 'true');
      if (hasLeft) daemon.removed();
      return null;
    },
    'POST /core/1.0/tokens': async ({ body }) => ({ token: await issueToken(member(), body) }),
    'GET /1.0/services': async () => {
      const { members } = await member().database.ready();
      return members.map(({ name, address, services }) => ({ name, address, services }));
    },
    'PUT /1.0/service/:name': ({ params, query }) =>
      onTarget(member(), query.target, 'PUT', `/1.0/service/${params.name}`, (here) => here.enable(params.name)),
    'DELETE /1.0/service/:name': ({ params, query }) => {
      const last = query.allowDisableLastCentral === 'true';
      const path = `/1.0/service/${params.name}${last ? '?allowDisableLastCentral=true' : ''}`;
      return onTarget(member(), query.target, 'DELETE', path, (here) => here.disable(params.name, last));
    },
    'GET /1.0/certificates': async () => {
      const here = member();
      const { config } = await here.database.ready();
      return here.pki.list(await here.certificateNames(), config.get(configKey.caAutoRenew) === 'yes');
    },
    'PUT /1.0/certificates/:name': ({ params }) => reissue(member(), params.name),
    'PUT /1.0/ca': ({ body }) => setAuthority(member(), body),
    'GET /1.0/config': async ({ query }) => {
      const { config } = await member().database.ready();
      return { value: config.get(checkKey(query.key)) ?? null };
    },
    'PUT /1.0/config': async ({ body }) => {
      const here = member();
      const key = checkKey(body.key);
      const problem = centralAddressesProblem(body.value, (text) => isIP(text) !== 0);
      if (problem !== null) throw new Refusal(400, `configuration for key '${key}' not valid: ${problem}`);
      await here.database.change(() => [deleteConfig(key), insertConfig(key, body.value)]);
      return null;
    },
    'DELETE /1.0/config': async ({ query }) => {
      const here = member();
      const key = checkKey(query.key);
      await here.database.change(() => [deleteConfig(key)]);
      return null;
    },
    'GET /1.0/ovsdb/schema/:database/active': async ({ params }) => {
      const here = member();
      const centrals = centralAddresses(await here.database.ready());
      return { version: await here.services.activeSchema(params.database, centrals) };
    },
    'GET /1.0/ovsdb/schema/:database/expected/all': async ({ params }) => {
      const here = member();
      const { members } = await here.database.ready();
      return Promise.all(members.map((other) => expectedOf(here, other, params.database)));
    },
  };
}

async function listMembers(here: NodeMember): Promise<readonly ClusterMember[]> {
  let snapshot: Snapshot;
  try {
    snapshot = await here.database.ready();
  } catch (error) {
    throw new Refusal(500, `Failed to get cluster members: ${wordsOf(error)}`);
  }
  return Promise.all(
    snapshot.members.map(async (other) => ({
      name: other.name,
      address: other.address,
      certificate: other.certificate,
      role: other.role,
      schemaInternalVersion: other.schemaInternal,
      schemaExternalVersion: other.schemaExternal,
      lastHeartbeat: other.lastHeartbeat,
      status: await statusOf(here, other),
      extensions: other.extensions,
    })),
  );
}

async function statusOf(here: NodeMember, other: Member): Promise<MemberStatus> {
  return (await here.answers(other, STATUS_LIMIT)) ? 'ONLINE' : 'UNREACHABLE';
}

async function issueToken(here: NodeMember, body: { name: string; expireAfterSeconds: number }): Promise<string> {
  const { name, expireAfterSeconds: seconds } = body;
  const problem = memberNameProblem(name);
  if (problem !== null) throw new Refusal(400, `Token name "${name}" is not a valid FQDN: ${problem}`);
  const secret = newSecret();
  const now = Date.now();
  const row = { name, secret_hash: secretHash(secret), expires: seconds === 0 ? 0 : Math.ceil(now + seconds * 1000) };
  try {
    await here.database.transact([purgeTokens(now), { op: 'insert', table: 'Token', row }]);
  } catch (error) {
    if (!(error instanceof TransactionError) || error.kind !== 'unique') throw error;
    throw new Refusal(
      409,
      'Failed to create "core_token_records" entry: UNIQUE constraint failed: core_token_records.name',
    );
  }
  const { members } = await here.database.ready();
  return encodeToken({
    secret,
    fingerprint: fingerprint(here.identity.cluster.certificate),
    join_addresses: members.map((member) => member.address),
  });
}

async function onTarget(
  here: NodeMember,
  target: string | undefined,
  method: 'PUT' | 'DELETE',
  path: string,
  local: (member: NodeMember) => Promise<ServiceChange>,
): Promise<ServiceChange> {
  const { members } = await here.database.ready();
  if (target === undefined || target === here.identity.name) return local(here);
  const other = members.find(({ name }) => name === target);
  if (other === undefined)
    throw new Refusal(
      404,
      `Failed to get cluster member for request target name "${target}": CoreClusterMember not found`,
    );
  const call = { method, path, connectLimit: STATUS_LIMIT, limit: PEER_LIMIT };
  return (await here.callMember(other.address, call)) as ServiceChange;
}

async function reissue(here: NodeMember, wanted: (typeof CERTIFICATE_NAMES)[number] | 'all'): Promise<ReissueResult> {
  const enabled = await here.certificateNames();
  if (wanted !== 'all' && !enabled.includes(wanted))
    throw new Refusal(
      400,
      `can't issue certificate for service '${wanted}', service is not enabled on this member, enabled services: ` +
        enabled.join(', '),
    );
  const reissued: (typeof CERTIFICATE_NAMES)[number][] = [];
  const failed: (typeof CERTIFICATE_NAMES)[number][] = [];
  for (const name of wanted === 'all' ? enabled : [wanted]) {
    try {
      await here.reissue([name]);
      reissued.push(name);
    } catch (error) {
      log(`certificates: ${name}: ${wordsOf(error)}`);
      failed.push(name);
    }
  }
  return { reissued, failed };
}

async function setAuthority(here: NodeMember, given: { certificate: string; key: string } | null): Promise<CaResult> {
  const snapshot = await here.database.ready();
  const defect = given === null ? null : caDefect(given);
  const isSame = given !== null && defect === null && isSameCertificate(given.certificate, snapshot);
  if (defect !== null || isSame) {
    log(`certificates: the CA was not replaced: ${defect ?? 'it is the one in use'}`);
    return { issued: false, hosts: [], errors: [] };
  }
  const authority = given ?? newAuthority();
  await here.database.change(() => replaceAuthority(authority, given === null));
  const errors: string[] = [];
  const hosts = await Promise.all(
    snapshot.members.map(async (other) => {
      try {
        return [{ host: other.name, services: (await reissueOn(here, other, authority.certificate)).services }];
      } catch (error) {
        errors.push(`${other.name}: ${wordsOf(error)}`);
        return [];
      }
    }),
  );
  return { issued: true, hosts: hosts.flat(), errors };
}

async function reissueOn(here: NodeMember, other: Member, certificate: string): Promise<Reissued> {
  if (other.name === here.identity.name) return reissueAll(here, certificate);
  const call = { method: 'PUT', path: '/core/internal/certificates', body: { certificate } } as const;
  return (await here.callMember(other.address, { ...call, connectLimit: STATUS_LIMIT, limit: 15_000 })) as Reissued;
}

function isSameCertificate(certificate: string, snapshot: Snapshot): boolean {
  return fingerprint(certificate) === fingerprint(snapshot.config.get(configKey.caCertificate) ?? certificate);
}

function checkKey(key: string): string {
  if (!CONFIG_KEYS.some((known) => known === key))
    throw new Refusal(400, `config key '${key}' is not a recognized config option`);
  return key;
}

async function expectedOf(here: NodeMember, other: Member, database: 'nb' | 'sb'): Promise<ExpectedSchema> {
  if (other.name === here.identity.name)
    return { member: other.name, version: expectedSchema(database), problem: null };
  try {
    const path = `/1.0/ovsdb/schema/${database}/expected`;
    const call = { method: 'GET', path, connectLimit: STATUS_LIMIT, limit: STATUS_LIMIT } as const;
    const { version } = (await here.callMember(other.address, call)) as { version: string };
    return { member: other.name, version, problem: null };
  } catch (error) {
    const isOld = error instanceof Refusal && error.status === 404;
    return { member: other.name, version: null, problem: isOld ? 'missing-api' : 'unreachable' };
  }
}
