import { networkInterfaces } from 'node:os';
import { readFileSync, rmSync } from 'node:fs';
import type { ControlRequest, Service } from '../api.ts';
import { memberNameProblem } from '../names.ts';
import { readFlatYaml, writeFlatYaml, writeWhole } from './flat-yaml.ts';
import {
  type Identity,
  loadIdentity,
  newClusterCertificate,
  newServerCertificate,
  saveIdentity,
  saveTruststore,
} from './identity.ts';
import { NodeMember, type MemberSettings } from './node-member.ts';
import { foundCluster, set, updateMember } from './operations.ts';
import { bareAddress } from './ovn-env.ts';
import type { Paths } from './paths.ts';
import { callPeer } from './peer-client.ts';
import { EXTENSIONS, type JoinAnswer, type JoinRequest } from './peer-api.ts';
import { newAuthority } from './pki.ts';
import { Refusal, wordsOf } from './refusal.ts';
import { resetNode } from './reset.ts';
import { decodeToken, type JoinToken } from './token.ts';
import { caDefect, type KeyPair } from './x509.ts';
import { log } from './log.ts';

type Bootstrap = Extract<ControlRequest, { action: 'bootstrap' }>;
type Join = Extract<ControlRequest, { action: 'join' }>;

/** Services of a new cluster's first member. */
const ALL: readonly Service[] = ['central', 'chassis', 'switch'];
const CONNECT_LIMIT = 5000;
const JOIN_LIMIT = 60_000;

/** A bootstrap or join failed after it had begun to change the node, which has to be reset. */
export class FormationError extends Error {
  override readonly name = 'FormationError';
}

/**
 * Forms a new cluster with this node as its first member (contract 1.2).
 * @throws Refusal for bad input, with nothing changed; FormationError afterwards, when the node has to be reset
 */
export async function bootstrap(paths: Paths, request: Bootstrap, settings: MemberSettings): Promise<NodeMember> {
  checkPlace(request);
  const defect = request.ca === undefined ? null : caDefect(request.ca);
  if (defect !== null) throw new Refusal(400, `Invalid CA certificate: ${defect}`);
  const { name, address } = request;
  const identity: Identity = {
    name,
    address,
    encapIp: request.encapsulationAddress ?? defaultEncapsulation(address),
    server: newServerCertificate(name, address),
    cluster: newClusterCertificate(name),
  };
  writeFlatYaml(paths.unfinished, { action: 'bootstrap' });
  let member: NodeMember | null = null;
  try {
    saveIdentity(paths, identity);
    const authority = request.ca ?? newAuthority();
    const services = request.services ?? ALL;
    const current = new NodeMember(paths, identity, settings);
    member = current;
    const { server, database } = current;
    await allDone([
      current.exclusively(() => current.services.start(services, [], authority)),
      current.listen(),
      (async () => {
        await server.create(address);
        database.reselect();
        const certificate = identity.server.certificate;
        const first = { name, address, certificate, encapIp: identity.encapIp, planned: services };
        await database.transact(foundCluster(first, authority, request.ca === undefined));
      })(),
    ]);
    await finish(current, services);
    return current;
  } catch (error) {
    member?.close();
    throw new FormationError(`Failed to run post-bootstrap actions: ${wordsOf(error)}`, { cause: error });
  }
}

/**
 * Joins a cluster (contract 1.4).
 * @throws Refusal when no member let this node in, with nothing changed; FormationError when it failed after one did
 */
export async function join(paths: Paths, request: Join, settings: MemberSettings): Promise<NodeMember> {
  checkPlace(request);
  log(`join: as ${request.name} at ${request.address}`);
  const token = decodeToken(request.token);
  const { name, address } = request;
  const encapIp = request.encapsulationAddress ?? defaultEncapsulation(address);
  const server = newServerCertificate(name, address);
  // What a start after a crash needs to take the record back.
  writeWhole(paths.serverCertificate, server.certificate);
  writeWhole(paths.serverKey, server.key);
  const { join_addresses: addresses } = token;
  writeFlatYaml(paths.unfinished, {
    action: 'join',
    name,
    fingerprint: token.fingerprint,
    addresses: addresses.join(),
  });
  let answer: JoinAnswer;
  try {
    const { secret } = token;
    const services = request.services ?? null;
    answer = await letIn(token, server, { name, address, secret, services, encapIp, extensions: EXTENSIONS });
  } catch (error) {
    for (const file of [paths.serverCertificate, paths.serverKey, paths.unfinished]) rmSync(file);
    throw error;
  }
  log(`join: let in with ${answer.services.join(', ')}`);
  let member: NodeMember | null = null;
  try {
    const identity: Identity = { name, address, encapIp, server, cluster: answer.cluster };
    saveIdentity(paths, identity);
    saveTruststore(paths, answer.members);
    const current = new NodeMember(paths, identity, settings);
    member = current;
    const { services, centrals, authority } = answer;
    await allDone([
      current.exclusively(() => current.services.start(services, centrals, authority)),
      current
        .listen()
        .then(() => current.announce())
        .then(() => log('join: the cluster database answers')),
    ]);
    await finish(current, services);
    return current;
  } catch (error) {
    await member?.leave();
    member?.close();
    throw new FormationError(`Failed to run post-join actions: ${wordsOf(error)}`, { cause: error });
  }
}

/** Waits for all of them, also when one fails, so that nothing is under way when the node is put back. */
async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

async function finish(member: NodeMember, services: readonly Service[]): Promise<void> {
  const { name } = member.identity;
  await member.database.change(() => [updateMember(name, { services: set(services), planned: set([]) })]);
  rmSync(member.paths.unfinished);
  log('formation: done');
}

/** Asks one member after the other. One that refuses speaks for all; one that does not answer does not. */
async function letIn(token: JoinToken, client: KeyPair, body: JoinRequest): Promise<JoinAnswer> {
  const addresses = token.join_addresses;
  let last = '';
  for (const address of addresses) {
    try {
      const call = { method: 'POST', path: '/core/internal/cluster', connectLimit: CONNECT_LIMIT } as const;
      const pinned = { fingerprint: token.fingerprint, client };
      return (await callPeer(address, pinned, { ...call, body, limit: JOIN_LIMIT })) as JoinAnswer;
    } catch (error) {
      last = wordsOf(error);
      if (error instanceof Refusal && error.status < 500) break;
    }
  }
  throw new Refusal(500, `${addresses.length} join attempts were unsuccessful. Last error: ${last}`);
}

function checkPlace({ name, address }: ControlRequest): void {
  const problem = memberNameProblem(name);
  if (problem !== null) throw new Refusal(400, `Cluster member name "${name}" is not a valid FQDN: ${problem}`);
  const bare = bareAddress(address);
  const own = Object.values(networkInterfaces()).flat();
  if (!own.some((entry) => entry?.address === bare))
    throw new Refusal(400, `Address "${address}" is not one of this system's`);
}

/**
 * Where tunnels leave from. The userspace datapath encapsulates only out of a bridge that has the address, and in Quorate's nodes
 * that is the underlay's.
 */
function defaultEncapsulation(address: string): string {
  const underlay = process.env['QUORATE_UNDERLAY'];
  return underlay === undefined || underlay === '' ? bareAddress(address) : underlay.replace(/\/\d+$/, '');
}

/**
 * Puts the node back when a daemon died in the middle of a bootstrap or join, so that either can be tried again: leaves what was
 * joined as far as the others answer, and forgets the rest.
 */
export async function rollBackUnfinished(paths: Paths, settings: MemberSettings): Promise<void> {
  const unfinished = readFlatYaml(paths.unfinished);
  if (unfinished === null) return;
  log(`start: rolls back an unfinished ${unfinished['action'] ?? 'change'}`);
  const identity = loadIdentity(paths);
  if (unfinished['action'] === 'join' && identity !== null) {
    const member = new NodeMember(paths, identity, settings);
    await member.database.ready(5000).catch((error: unknown) => log(`start: ${wordsOf(error)}`));
    await member.leave();
    member.close();
  } else if (unfinished['action'] === 'join') await takeBack(paths, unfinished);
  await resetNode(paths, false);
}

async function takeBack(paths: Paths, unfinished: Readonly<Record<string, string>>): Promise<void> {
  const { name = '', fingerprint = '', addresses = '' } = unfinished;
  const path = `/core/internal/cluster/${encodeURIComponent(name)}`;
  for (const address of addresses.split(',')) {
    try {
      const certificate = readFileSync(paths.serverCertificate, 'utf8');
      const client = { certificate, key: readFileSync(paths.serverKey, 'utf8') };
      const call = { method: 'DELETE', path, connectLimit: 2000, limit: 10_000 } as const;
      await callPeer(address, { fingerprint, client }, call);
      return;
    } catch (error) {
      log(`start: ${wordsOf(error)}`);
    }
  }
}
