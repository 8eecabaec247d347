/**
 * The REST interface between the `microovn` command and the daemon of the same node: HTTP/1.1 over the unix socket
 * `control.socket` in the state directory, JSON bodies, one request per connection. The socket's mode (0660, root) is
 * the only authentication. Paths follow MicroOVN and microcluster; bodies are our own.
 *
 * Success is status 200 with the endpoint's response as the body (`null` where there is nothing to say).
 * Failure is any other status with {@link ApiError}. The daemon sends the bare cause, in the words of MicroOVN; the
 * command puts its own prefix before it, e.g. `failed to enable service 'switch': '<cause>'`.
 */

/** Where the daemon keeps its state when neither `--state-dir` nor the variable `STATE_DIR` says otherwise. */
export const DEFAULT_STATE_DIR = '/var/snap/microovn/common/state';

/** Name of the control socket inside the state directory. */
export const CONTROL_SOCKET = 'control.socket';

/** TCP port of the daemon (HTTPS, mutual TLS between members). */
export const DAEMON_PORT = 6686;

/** Seconds a join token lives unless `--timeout` says otherwise: 3 hours. */
export const DEFAULT_TOKEN_SECONDS = 10800;

/** The only key of `microovn config`. */
export const CONFIG_KEYS = ['ovn.central-ips'] as const;

/** Body of every answer that is not a success. */
export interface ApiError {
  /** The cause in MicroOVN's words, without prefix and without `Error: `, e.g. `Database is not yet initialized`. */
  readonly error: string;
  /** The HTTP status again: 400 bad input, 404 unknown name or path, 409 conflict, 500 failed, 503 {@link DATABASE_TEXT}. */
  readonly code: number;
}

/**
 * State of the node's cluster database.
 * `uninitialised` until bootstrap or join; `starting` while the database server or its first connection comes up;
 * `online` when it answers; `offline` when it does not (also without quorum); `waiting` while other members have not
 * yet received an update.
 */
export type DatabaseState = 'uninitialised' | 'starting' | 'online' | 'offline' | 'waiting';

/**
 * What an endpoint that needs the database answers (503) while the database is in that state.
 * `waiting` reads `Database is waiting for an upgrade: N cluster members have not yet received the update`.
 */
export const DATABASE_TEXT = {
  uninitialised: 'Database is not yet initialized',
  starting: 'Database is still starting',
  offline: 'Database is offline',
} as const satisfies Partial<Record<DatabaseState, string>>;

/** Services of a member. `bgp` is known to the command alone, which refuses it: the image carries no BIRD. */
export type Service = 'central' | 'chassis' | 'switch';

/** Names under which certificates are issued, in the order `certificates reissue all` and the lists use. */
export const CERTIFICATE_NAMES = ['ovnnb', 'ovnsb', 'ovn-northd', 'ovn-controller', 'client'] as const;

/** One of {@link CERTIFICATE_NAMES}. */
export type CertificateName = (typeof CERTIFICATE_NAMES)[number];

/** Role of a member of the cluster database; `PENDING` from the join to the next heartbeat round. */
export type MemberRole = 'PENDING' | 'voter' | 'stand-by' | 'spare';

/** What the daemon sees of a member right now; see {@link ClusterMember}. */
export type MemberStatus = 'ONLINE' | 'UNREACHABLE' | 'UPGRADING' | 'NEEDS UPGRADE' | 'NOT TRUSTED' | 'NOT FOUND';

/** Answer of `GET /core/1.0/ready`. */
export interface Ready {
  readonly database: DatabaseState;
  /** Name and address (`ip:6686`) of this member; `null` while `uninitialised`. */
  readonly name: string | null;
  readonly address: string | null;
}

/** What a bootstrap or join may be told beyond name and address. Only `microovn init` sets any of it. */
export interface ControlOptions {
  /** The services to start here; absent: decided by MicroOVN (contract 3.1). */
  readonly services?: readonly Service[];
  /** `ovn-encap-ip` of this member; absent: the daemon's default. */
  readonly encapsulationAddress?: string;
}

/** Body of `POST /core/control`. `name` is the host name, `address` is `ip:port`, IPv6 in brackets. */
export type ControlRequest =
  | (ControlOptions & {
      readonly action: 'bootstrap';
      readonly name: string;
      readonly address: string;
      /** A CA of the user's own for the OVN certificates, both PEM; absent: the daemon makes one. */
      readonly ca?: CertificateAuthority;
    })
  | (ControlOptions & {
      readonly action: 'join';
      readonly name: string;
      readonly address: string;
      /** The token as `cluster add` printed it, not yet decoded: the daemon says what is wrong with it. */
      readonly token: string;
    });

/** A certificate authority: both PEM, the key unencrypted. */
export interface CertificateAuthority {
  readonly certificate: string;
  readonly key: string;
}

/** One member in the answer of `GET /core/1.0/cluster`. */
export interface ClusterMember {
  readonly name: string;
  /** `ip:port`, IPv6 in brackets. */
  readonly address: string;
  /** PEM of the member's server certificate, ending in a newline. */
  readonly certificate: string;
  readonly role: MemberRole;
  readonly schemaInternalVersion: number;
  readonly schemaExternalVersion: number;
  /** Milliseconds since 1970 of the last heartbeat the leader got through; 0: none yet. */
  readonly lastHeartbeat: number;
  /** Asked of the member for this very answer, not remembered. */
  readonly status: MemberStatus;
  /** Names of API extensions, e.g. `custom_encapsulation_ip`. */
  readonly extensions: readonly string[];
}

/** One member in the answer of `GET /1.0/services`. */
export interface MemberServices {
  readonly name: string;
  /** `ip:port`, IPv6 in brackets. */
  readonly address: string;
  /** In any order; the command sorts. */
  readonly services: readonly Service[];
}

/** Answer of enabling or disabling a service, from which the command derives its warnings. */
export interface ServiceChange {
  /** Members of the whole cluster that have `central` after the change. */
  readonly centrals: number;
  /** Whether the target member has generated a new environment file in the course of the change. */
  readonly environmentGenerated: boolean;
}

/** A file of the PKI directory. */
export interface PkiFile {
  /** Absolute path, e.g. `/var/snap/microovn/common/data/pki/ovnnb-cert.pem`. */
  readonly path: string;
  readonly present: boolean;
}

/** A service certificate of this member. */
export interface ServiceCertificate {
  readonly cert: PkiFile;
  readonly key: PkiFile;
  /** End of validity in milliseconds since 1970; `null` when the certificate file is missing or unreadable. */
  readonly expires: number | null;
}

/** Answer of `GET /1.0/certificates`: the certificates of this member. */
export interface Certificates {
  readonly ca: {
    readonly cert: PkiFile;
    /** Whether the daemon renews the CA by itself; never for a CA of the user's own. */
    readonly autoRenew: boolean;
    readonly expires: number | null;
  };
  /** `null` for a service that is not enabled on this member; `client` is there on every member. */
  readonly services: { readonly [N in CertificateName]: ServiceCertificate | null };
}

/** Answer of `PUT /1.0/certificates/NAME`; both in the order of {@link CERTIFICATE_NAMES}. */
export interface ReissueResult {
  readonly reissued: readonly CertificateName[];
  readonly failed: readonly CertificateName[];
}

/** Answer of `PUT /1.0/ca`. */
export interface CaResult {
  /** False when the CA was rejected or is the one in use; then `hosts` is empty. The daemon logs why. */
  readonly issued: boolean;
  /** What each member did with its service certificates, in any order. */
  readonly hosts: readonly {
    readonly host: string;
    readonly services: readonly { readonly name: CertificateName; readonly success: boolean }[];
  }[];
  /** One sentence per member that could not be told or failed as a whole. */
  readonly errors: readonly string[];
}

/** What one member expects of a database; a part of `GET /1.0/ovsdb/schema/DB/expected/all`. */
export interface ExpectedSchema {
  readonly member: string;
  /** e.g. `7.3.0`; `null` when unknown, for the reason in `problem`. */
  readonly version: string | null;
  /** `unreachable`: the member did not answer; `missing-api`: it is too old to know; `null`: none. */
  readonly problem: 'unreachable' | 'missing-api' | null;
}

/** The two OVN databases by the names their paths use. */
export type OvnDatabase = 'nb' | 'sb';

/**
 * Every endpoint as `METHOD path`; `:x` in a path is a parameter, percent-encoded by the client. A query parameter that
 * is not given is left out of the URL. Where the word "member" stands, 404 means no such member.
 * Unless it says otherwise, an endpoint needs the database and answers 503 with {@link DATABASE_TEXT} without it.
 */
export interface Api {
  /**
   * Forms a new cluster here, or joins one. Answers when the services are up. Needs no database; when there is one: 503
   * `Unable to initialize cluster: Database is online`. The daemon checks name and address
   * (`Cluster member name "my_host" is not a valid FQDN: <why>`) and, for a join, the token (contract 1.4).
   * Failed service start: 500 `Failed to run post-bootstrap actions: <cause>`, after which the node is rolled back.
   */
  'POST /core/control': { params: None; query: None; body: ControlRequest; response: null };

  /** Answers 200 as soon as the daemon serves requests, bootstrapped or not. */
  'GET /core/1.0/ready': { params: None; query: None; body: null; response: Ready };

  /** All members in the order of the database, each asked for its status now. Without quorum: 500 after at most 30 s. */
  'GET /core/1.0/cluster': { params: None; query: None; body: null; response: readonly ClusterMember[] };

  /**
   * Removes a member, which may be this one. `force=true`: also when it does not answer; then only its records go.
   * 404 `No remote exists with the given name "x"`, 400 `Cannot leave a cluster with 1 members`.
   */
  'DELETE /core/1.0/cluster/:name': { params: { name: string }; query: { force?: 'true' }; body: null; response: null };

  /**
   * Issues a join token for a name. `expireAfterSeconds` may be a fraction; 0 means it never expires.
   * 400 `Token name "a_b" is not a valid FQDN: <why>`; 409
   * `Failed to create "core_token_records" entry: UNIQUE constraint failed: core_token_records.name`.
   */
  'POST /core/1.0/tokens': {
    params: None;
    query: None;
    body: { readonly name: string; readonly expireAfterSeconds: number };
    response: { readonly token: string };
  };

  /** Services of every member, in the order of the database. */
  'GET /1.0/services': { params: None; query: None; body: null; response: readonly MemberServices[] };

  /**
   * Enables a service on the member `target` (absent: here). 409 `this service is already enabled`, 404
   * `Failed to get cluster member for request target name "zzz": CoreClusterMember not found`.
   */
  'PUT /1.0/service/:name': {
    params: { name: Service };
    query: { target?: string };
    body: null;
    response: ServiceChange;
  };

  /**
   * Disables a service on the member `target` (absent: here). 409 `this service is not enabled`, 409
   * `cannot disable last central node without explicit confirmation` unless `allowDisableLastCentral=true`.
   */
  'DELETE /1.0/service/:name': {
    params: { name: Service };
    query: { target?: string; allowDisableLastCentral?: 'true' };
    body: null;
    response: ServiceChange;
  };

  /** Certificates of this member. 500 `open <path of cacert.pem>: no such file or directory` without a CA file. */
  'GET /1.0/certificates': { params: None; query: None; body: null; response: Certificates };

  /**
   * Issues a certificate of this member anew, or all of them. 400 `can't issue certificate for service 'ovnnb', service
   * is not enabled on this member, enabled services: ovn-controller, client`.
   */
  'PUT /1.0/certificates/:name': {
    params: { name: CertificateName | 'all' };
    query: None;
    body: null;
    response: ReissueResult;
  };

  /** Replaces the CA of the whole cluster: by a new one of the daemon's (`null`) or by the user's own. */
  'PUT /1.0/ca': { params: None; query: None; body: CertificateAuthority | null; response: CaResult };

  /** Value of a key, `null` when unset. 400 `config key 'foo' is not a recognized config option`. */
  'GET /1.0/config': { params: None; query: { key: string }; body: null; response: { readonly value: string | null } };

  /** Sets a key. 400 as above, or `configuration for key 'ovn.central-ips' not valid: <why>` (contract 1.11). */
  'PUT /1.0/config': {
    params: None;
    query: None;
    body: { readonly key: string; readonly value: string };
    response: null;
  };

  /** Unsets a key, also when it is not set. 400 as for `GET`. */
  'DELETE /1.0/config': { params: None; query: { key: string }; body: null; response: null };

  /** Schema version the running database has. 500 `failed to get OVN Northbound active schema version` (or Southbound). */
  'GET /1.0/ovsdb/schema/:database/active': {
    params: { database: OvnDatabase };
    query: None;
    body: null;
    response: { readonly version: string };
  };

  /** Schema versions all members expect, by name of member; a member that does not answer is an entry, not an error. */
  'GET /1.0/ovsdb/schema/:database/expected/all': {
    params: { database: OvnDatabase };
    query: None;
    body: null;
    response: readonly ExpectedSchema[];
  };
}

/** No parameters. */
export type None = Readonly<Record<never, never>>;

/** An endpoint by its name in {@link Api}. */
export type Endpoint = keyof Api;

/** What a call of an endpoint brings along. */
export interface ApiInput<E extends Endpoint> {
  readonly params: Api[E]['params'];
  readonly query: Api[E]['query'];
  readonly body: Api[E]['body'];
}

/** One handler per endpoint: what the daemon implements (a missing one does not compile) and tests imitate. */
export type ApiHandlers = { readonly [E in Endpoint]: (input: ApiInput<E>) => Promise<Api[E]['response']> };
