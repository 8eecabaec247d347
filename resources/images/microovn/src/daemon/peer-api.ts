import type { CertificateName, Service } from '../api.ts';
import type { KeyPair } from './x509.ts';
import type { Trusted } from './identity.ts';

/** REST between members on port 6686. All but the join need a client certificate of a member. */

/** Body of `POST /core/internal/cluster`, sent with the joiner's own new server certificate. */
export interface JoinRequest {
  readonly name: string;
  readonly address: string;
  readonly secret: string;
  /** The services to run there; `null`: decided by the placement rules. */
  readonly services: readonly Service[] | null;
  readonly encapIp: string;
  readonly extensions: readonly string[];
}

/** Answer of `POST /core/internal/cluster`: all a new member needs. */
export interface JoinAnswer {
  readonly cluster: KeyPair;
  readonly authority: KeyPair;
  readonly members: readonly Trusted[];
  readonly services: readonly Service[];
  /** Bare addresses of the members that run `central`. */
  readonly centrals: readonly string[];
}

/** Answer of `PUT /core/internal/certificates`: what became of this member's service certificates. */
export interface Reissued {
  readonly services: readonly { readonly name: CertificateName; readonly success: boolean }[];
}

/** What this version of the daemon can do; members of one cluster agree on it. */
export const EXTENSIONS: readonly string[] = ['internal:runtime_extension_v1', 'custom_encapsulation_ip'];
/** Versions of the database's schema, MicroOVN's internal and external. */
export const SCHEMA_VERSIONS = { internal: 1, external: 1 } as const;
