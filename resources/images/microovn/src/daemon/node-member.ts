import { createServer, type Server } from 'node:https';
import type { CertificateName, Service, ServiceChange } from '../api.ts';
import { ClusterServer } from './cluster-server.ts';
import { ClusterDatabase } from './database.ts';
import { databaseSources } from './database-sources.ts';
import { Heartbeat } from './heartbeat.ts';
import { type Identity, loadTruststore, saveTruststore, type Trusted } from './identity.ts';
import { centralAddresses, deleteMember, set, updateMember } from './operations.ts';
import { bareAddress } from './ovn-env.ts';
import { OvnServices } from './ovn-services.ts';
import type { Paths } from './paths.ts';
import { callPeer, type PeerRequest } from './peer-client.ts';
import { peerRoutes } from './peer-server.ts';
import { certificatesFor, Pki } from './pki.ts';
import { forgotten, Refusal, wordsOf } from './refusal.ts';
import { restListener } from './rest.ts';
import { RoleKeeper } from './role-keeper.ts';
import { authorityOf, type Member, type Snapshot } from './snapshot.ts';
import type { Pinned } from './streams.ts';
import { Queue } from './until.ts';
import { fingerprint } from './x509.ts';
import { log } from './log.ts';

const RENEW_DAYS = 10;

/** What bootstrap, join and the environment of the node decide for a member. */
export interface MemberSettings {
  readonly electionTimer: number;
  /** Ends this process once the node is no member any more; runit starts a fresh one. */
  readonly onRemoved: () => void;
}

/** This node while it is a member: its place in the cluster, and what it does by itself. */
export class NodeMember {
  readonly server: ClusterServer;
  readonly services: OvnServices;
  readonly pki: Pki;
  readonly database: ClusterDatabase;
  readonly #pinned: Pinned;
  readonly #heartbeat: Heartbeat;
  readonly #roles: RoleKeeper;
  /** Changes of services, certificates and environment on this node, one at a time. */
  readonly #work = new Queue();
  #listener: Server | null = null;
  #following = false;
  #leaving = false;
  #trusted: readonly Trusted[];

  constructor(
    readonly paths: Paths,
    readonly identity: Identity,
    readonly settings: MemberSettings,
  ) {
    const { name, address, encapIp } = identity;
    this.#pinned = { fingerprint: fingerprint(identity.cluster.certificate), client: identity.server };
    this.#trusted = loadTruststore(paths);
    this.pki = new Pki(paths.pki, name);
    this.server = new ClusterServer(paths);
    this.services = new OvnServices(paths, { name, address, encapIp, electionTimer: settings.electionTimer }, this.pki);
    this.database = new ClusterDatabase(() => databaseSources(this));
    this.#heartbeat = new Heartbeat(this);
    this.#roles = new RoleKeeper(this);
    this.database.onChange(() => this.#follow());
  }

  /** Listens on the daemon's port. */
  async listen(): Promise<void> {
    const { cluster, address } = this.identity;
    const options = {
      key: cluster.key,
      cert: cluster.certificate,
      requestCert: true,
      // Who may do what is decided per request, by fingerprint: a joiner shows a certificate nobody knows yet.
      rejectUnauthorized: false,
    };
    const server = createServer(options, restListener(peerRoutes(this)));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new Error(`listen ${address}: ${error.message}`)));
      server.listen(Number(address.slice(address.lastIndexOf(':') + 1)), bareAddress(address), resolve);
    });
    this.#listener = server;
  }

  /** Tells the leader that this member is there, and there to stay; the next round of heartbeats follows at once. */
  async announce(): Promise<void> {
    await this.database.change(() => [updateMember(this.identity.name, { started: Date.now(), leaving: false })]);
  }

  self(snapshot: Snapshot): Member {
    const member = snapshot.members.find(({ name }) => name === this.identity.name);
    if (member === undefined) throw forgotten(this.identity.name);
    return member;
  }

  /** Whether the cluster removed this member while it was away, as far as is known. */
  get isForgotten(): boolean {
    const { snapshot } = this.database;
    return snapshot !== null && !this.#leaving && !snapshot.members.some(({ name }) => name === this.identity.name);
  }

  /** Everybody this member trusts, also while the database is away. */
  get trusted(): readonly Trusted[] {
    return this.#trusted;
  }

  trust(members: readonly Trusted[]): void {
    this.#trusted = members.map(({ name, address, role, certificate }) => ({ name, address, role, certificate }));
    saveTruststore(this.paths, members);
  }

  callMember(address: string, call: PeerRequest): Promise<unknown> {
    return callPeer(address, this.#pinned, call);
  }

  /** Whether a member's daemon answers. */
  async answers(member: Member, limit: number): Promise<boolean> {
    if (member.name === this.identity.name) return true;
    try {
      await this.callMember(member.address, {
        method: 'GET',
        path: '/core/1.0/ready',
        connectLimit: limit,
        limit,
      });
      return true;
    } catch (error) {
      return error instanceof Refusal;
    }
  }

  /** Runs work that changes services of this node after what is under way. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#work.run(work);
  }

  /** Starts a service here (contract 3.5). */
  enable(service: Service): Promise<ServiceChange> {
    return this.exclusively(async () => {
      const snapshot = await this.database.ready();
      const { services, name } = this.self(snapshot);
      if (services.includes(service)) throw new Refusal(409, 'this service is already enabled');
      await this.services.start([service], centralAddresses(snapshot), authorityOf(snapshot));
      return this.#record(name, (now) => [...now, service]);
    });
  }

  /** Stops a service here (contract 3.5). */
  disable(service: Service, allowLastCentral: boolean): Promise<ServiceChange> {
    return this.exclusively(async () => {
      const snapshot = await this.database.ready();
      const { services, name } = this.self(snapshot);
      if (!services.includes(service)) throw new Refusal(409, 'this service is not enabled');
      const others = snapshot.members.some((member) => member.name !== name && member.services.includes('central'));
      if (service === 'central' && !others && !allowLastCentral)
        throw new Refusal(409, 'cannot disable last central node without explicit confirmation');
      await this.services.stop(service, others);
      return this.#record(name, (now) => now.filter((other) => other !== service));
    });
  }

  async #record(name: string, next: (now: readonly Service[]) => readonly Service[]): Promise<ServiceChange> {
    await this.database.change((snapshot) => [
      updateMember(name, { services: set(next(this.self(snapshot).services)) }),
    ]);
    const after = await this.database.ready();
    const environmentGenerated = await this.#environment(after);
    return {
      centrals: after.members.filter((member) => member.services.includes('central')).length,
      environmentGenerated,
    };
  }

  /** Issues certificates of this member anew by the authority of the cluster. */
  async reissue(names: readonly CertificateName[]): Promise<void> {
    const authority = authorityOf(await this.database.ready());
    await this.exclusively(async () => this.pki.issue(names, authority));
  }

  /** Names of the certificates this member has. */
  async certificateNames(): Promise<readonly CertificateName[]> {
    return certificatesFor(this.self(await this.database.ready()).services);
  }

  /** Renews what ends within `days`, and the authority when it is ours to renew. */
  async renew(days = RENEW_DAYS): Promise<void> {
    const snapshot = await this.database.ready();
    const names = await this.certificateNames();
    const stale = this.pki.stale(names, authorityOf(snapshot).certificate, days);
    if (stale.length > 0) await this.reissue(stale);
  }

  /**
   * Leaves the cluster by its own will: services first, then the record, then the vote. A failure of one part does not keep the
   * others (contract 3.6).
   */
  async leave(): Promise<void> {
    this.#leaving = true;
    this.#roles.stop();
    const step = async (what: string, work: () => Promise<unknown>) => {
      try {
        await work();
      } catch (error) {
        log(`leave: ${what}: ${wordsOf(error)}`);
      }
    };
    const snapshot = this.database.snapshot;
    const mine = snapshot?.members.find((member) => member.name === this.identity.name);
    const running = mine === undefined ? [] : [...mine.services, ...mine.planned];
    for (const service of ['chassis', 'central', 'switch'] as const) {
      if (!running.includes(service)) continue;
      if (mine?.services.includes(service) === true) {
        await step(`disable ${service}`, () => this.disable(service, false));
      } else await step(`stop ${service}`, () => this.services.stop(service, true));
    }
    await step('remove the record', () => this.database.change(() => [deleteMember(this.identity.name)]));
    this.#heartbeat.stop();
    await step('leave the database', () => this.server.leave());
  }

  /** Ends all of this member's own doing; its services go on. */
  close(): void {
    this.#heartbeat.stop();
    this.#roles.stop();
    this.database.stop();
    this.#listener?.close();
    this.#listener?.closeAllConnections();
  }

  /** After each change of the database: remembers whom to trust, and brings certificates and environment in line. */
  #follow(): void {
    const snapshot = this.database.snapshot;
    if (snapshot === null || this.#leaving) return;
    if (snapshot.members.length > 0) this.trust(snapshot.members);
    if (this.#following) return;
    this.#following = true;
    void this.exclusively(async () => {
      this.#following = false;
      const now = this.database.snapshot;
      if (now === null || this.#leaving) return;
      const mine = now.members.find((member) => member.name === this.identity.name);
      // While a bootstrap or join is at work it has the services to itself.
      if (mine === undefined || mine.planned.length > 0) return;
      const authority = authorityOf(now);
      if (!this.pki.trusts(authority.certificate)) this.pki.issue(certificatesFor(mine.services), authority);
      await this.#environment(now);
    }).catch((error: unknown) => log(`environment: ${wordsOf(error)}`));
  }

  async #environment(snapshot: Snapshot): Promise<boolean> {
    const centrals = centralAddresses(snapshot);
    if (!this.services.writeEnvironment(centrals)) return false;
    await this.services.follow(this.self(snapshot).services, centrals);
    return true;
  }
}
