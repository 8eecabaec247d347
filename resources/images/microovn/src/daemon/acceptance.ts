import type { X509Certificate } from 'node:crypto';
import type { Service } from '../api.ts';
import { memberNameProblem } from '../names.ts';
import { TransactionError } from './database.ts';
import type { NodeMember } from './node-member.ts';
import { centralAddresses, insertMember, placement, takeToken } from './operations.ts';
import type { JoinAnswer, JoinRequest } from './peer-api.ts';
import { Refusal } from './refusal.ts';
import { authorityOf } from './snapshot.ts';
import { secretHash } from './token.ts';
import { dnsNames } from './x509.ts';

/**
 * Lets a node in that knows the secret of a token. Taking the token and making the record is one transaction: of two joiners with
 * the same token one gets in, and of four at once three get `central`.
 * @param certificate what the joiner showed; its record from now on
 * @throws Refusal in the words of contract 1.4
 */
export async function acceptJoin(
  member: NodeMember,
  request: JoinRequest,
  certificate: X509Certificate,
): Promise<JoinAnswer> {
  const hash = secretHash(request.secret);
  const problem = memberNameProblem(request.name);
  if (problem !== null) throw new Refusal(400, `Cluster member name "${request.name}" is not a valid FQDN: ${problem}`);
  let services: readonly Service[] = [];
  try {
    await member.database.change((snapshot) => {
      const token = snapshot.tokens.find((other) => other.secretHash === hash);
      if (token === undefined) throw new Refusal(404, 'CoreTokenRecord not found');
      if (token.expires !== 0 && token.expires < Date.now()) throw new Refusal(403, 'Token expired');
      if (request.name !== token.name || !dnsNames(certificate).includes(token.name))
        throw new Refusal(403, 'Joining server certificate SAN does not contain join token name');
      if (snapshot.members.some((other) => other.name === request.name))
        throw new Refusal(409, 'This "core_cluster_members" entry already exists');
      if (snapshot.members.some((other) => other.address === request.address))
        throw new Refusal(409, `Remote with address "${request.address}" exists`);
      services = request.services ?? placement(snapshot);
      const { name, address, encapIp } = request;
      const row = { name, address, encapIp, certificate: certificate.toString(), planned: services };
      return [...takeToken(token.name, hash), insertMember(row, snapshot)];
    });
  } catch (error) {
    if (error instanceof TransactionError && error.kind === 'unique')
      throw new Refusal(409, 'This "core_cluster_members" entry already exists');
    throw error;
  }
  const snapshot = await member.database.when(
    (now) => (now.members.some(({ name }) => name === request.name) ? now : null),
    10_000,
    'context deadline exceeded',
  );
  return {
    cluster: member.identity.cluster,
    authority: authorityOf(snapshot),
    members: snapshot.members,
    services,
    centrals: centralAddresses(snapshot),
  };
}
