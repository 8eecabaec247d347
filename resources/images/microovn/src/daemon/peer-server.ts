import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { OvnDatabase, Service } from '../api.ts';
import { acceptJoin } from './acceptance.ts';
import type { NodeMember } from './node-member.ts';
import { deleteMember } from './operations.ts';
import { expectedSchema } from './ovn-services.ts';
import type { JoinRequest, Reissued } from './peer-api.ts';
import { certificatesFor } from './pki.ts';
import { Refusal } from './refusal.ts';
import { handOver } from './removal.ts';
import type { RestHandler, RestInput } from './rest.ts';
import { configKey } from './snapshot.ts';
import { fingerprint } from './x509.ts';

/** What other nodes may ask of this member over HTTPS. */
export function peerRoutes(member: NodeMember): Readonly<Record<string, RestHandler>> {
  /** Members alone, known by the certificate they show. */
  const trusted =
    (handler: RestHandler): RestHandler =>
    (input) => {
      const shown = fingerprint(certificateOf(input).toString());
      if (!member.trusted.some((other) => fingerprint(other.certificate) === shown))
        throw new Refusal(403, 'not authorized');
      return handler(input);
    };
  const service = (input: RestInput) => input.params['name'] as Service;
  return {
    'GET /core/1.0/ready': trusted(() => Promise.resolve(null)),
    'POST /core/internal/cluster': (input) => acceptJoin(member, joinRequestOf(input.body), certificateOf(input)),
    // A joiner that failed takes its record back: it proves to be that member by its certificate.
    'DELETE /core/internal/cluster/:name': async (input) => {
      const shown = fingerprint(certificateOf(input).toString());
      await member.database.change((snapshot) => {
        const record = snapshot.members.find(({ name }) => name === input.params['name']);
        if (record === undefined) return [];
        if (fingerprint(record.certificate) !== shown) throw new Refusal(403, 'not authorized');
        return [deleteMember(record.name)];
      });
    },
    'POST /core/internal/hooks/pre-remove': trusted(async (input) => {
      await handOver(member);
      await member.leave();
      input.afterwards(member.settings.onRemoved);
    }),
    'PUT /1.0/service/:name': trusted((input) => member.enable(service(input))),
    'DELETE /1.0/service/:name': trusted((input) =>
      member.disable(service(input), input.query['allowDisableLastCentral'] === 'true'),
    ),
    'GET /1.0/ovsdb/schema/:database/expected': trusted((input) =>
      Promise.resolve({ version: expectedSchema(input.params['database'] as OvnDatabase) }),
    ),
    'PUT /core/internal/certificates': trusted((input) => reissueAll(member, authorityIn(input.body))),
  };
}

/**
 * Issues all certificates of this member by a new authority.
 * @param authority its certificate, for which this member's view of the database may have to wait
 */
export async function reissueAll(member: NodeMember, authority: string): Promise<Reissued> {
  const snapshot = await member.database.when(
    (now) => (now.config.get(configKey.caCertificate) === authority ? now : null),
    5000,
    'the new CA has not reached this member',
  );
  const names = certificatesFor(member.self(snapshot).services);
  await member.reissue(names);
  return { services: names.map((name) => ({ name, success: true })) };
}

function certificateOf(input: RestInput): X509Certificate {
  const shown = (input.request.socket as TLSSocket).getPeerX509Certificate();
  if (shown === undefined) throw new Refusal(403, 'not authorized');
  return shown;
}

function joinRequestOf(body: unknown): JoinRequest {
  const value = body as Partial<JoinRequest> | null;
  const texts = [value?.name, value?.address, value?.secret, value?.encapIp];
  if (value === null || texts.some((text) => typeof text !== 'string')) throw new Refusal(400, 'not a join request');
  return value as JoinRequest;
}

function authorityIn(body: unknown): string {
  const { certificate } = (body ?? {}) as { certificate?: unknown };
  if (typeof certificate !== 'string') throw new Refusal(400, 'not a CA certificate');
  return certificate;
}
