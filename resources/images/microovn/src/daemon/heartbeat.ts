import { raftAddress } from './cluster-server.ts';
import type { Operation } from './database.ts';
import type { NodeMember } from './node-member.ts';
import { deleteMember, purgeTokens, updateMember } from './operations.ts';
import { wordsOf } from './refusal.ts';
import { type Assignment, assignRoles, type Candidate } from './roles.ts';
import type { Member, Snapshot } from './snapshot.ts';
import { log } from './log.ts';

const EVERY = 10_000;
const PROBE_LIMIT = 2000;
/** After a round that missed a joiner. */
const RETRY = 1000;
/** Rounds in a row a member must miss to count as offline: a restart of a node is shorter than two. */
const MISSED = 2;
/** A member that was let in and never answered is forgotten after this time. */
const PENDING_LIMIT = 60_000;

/**
 * Rounds of heartbeats, run by the member whose server leads the database: who is there, who gets which role, which tokens ended
 * (contract section 2). Every 10 s, and at once when a member comes, starts, is about to leave or goes.
 */
export class Heartbeat {
  readonly #missed = new Map<string, number>();
  /** Raft servers that belonged to no voter in the round before. */
  #strays: ReadonlySet<string> = new Set();
  #signature = '';
  #running = false;
  #again = false;
  #stopped = false;
  #retry: NodeJS.Timeout | null = null;
  readonly #tick: NodeJS.Timeout;

  constructor(private readonly member: NodeMember) {
    member.database.onChange(() => this.#look());
    this.#tick = setInterval(() => void this.#run(true), EVERY);
    this.#tick.unref();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#tick);
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #look(): void {
    const { leads, snapshot } = this.member.database;
    if (!leads || snapshot === null) {
      this.#signature = '';
      this.#missed.clear();
      return;
    }
    const signature = snapshot.members.map(({ name, started, leaving }) => `${name} ${started} ${leaving}`).join(',');
    if (signature === this.#signature) return;
    this.#signature = signature;
    void this.#run(false);
  }

  async #run(isTick: boolean): Promise<void> {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#round(isTick);
      } catch (error) {
        log(`heartbeat: ${wordsOf(error)}`);
      }
    }
    this.#running = false;
  }

  async #round(isTick: boolean): Promise<void> {
    const { database, identity } = this.member;
    const seen = database.snapshot;
    if (!database.leads || seen === null) return;
    const answered = new Set<string>();
    await Promise.all(
      seen.members.map(async (other) => {
        if (await this.member.answers(other, PROBE_LIMIT)) answered.add(other.name);
      }),
    );
    for (const { name } of seen.members) {
      if (answered.has(name)) this.#missed.delete(name);
      else if (isTick) this.#missed.set(name, (this.#missed.get(name) ?? 0) + 1);
    }
    if (this.#stopped || !database.leads) return;
    await this.#removeServers(database.snapshot ?? seen, answered, isTick);
    await database.change((snapshot) => this.#outcome(snapshot, answered, identity.name));
    // A joiner on a busy machine may miss its first round; its role is not to wait for the next tick.
    if (seen.members.some(({ name, role }) => role === 'PENDING' && !answered.has(name))) this.#soon();
  }

  #soon(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#run(false), RETRY);
    this.#retry.unref();
  }

  #isOnline(member: Member, answered: ReadonlySet<string>): boolean {
    if (answered.has(member.name)) return true;
    return member.role !== 'PENDING' && (this.#missed.get(member.name) ?? 0) < MISSED;
  }

  /** Of members that leave there is nothing: the others get their roles as if those were gone, and must be there to take them. */
  #roles(snapshot: Snapshot, answered: ReadonlySet<string>): ReadonlyMap<string, Assignment> {
    const staying = snapshot.members.filter(({ name, leaving }) => !leaving || !answered.has(name));
    const isHandOver = staying.length < snapshot.members.length;
    const candidates = staying.map((member): Candidate => ({
      name: member.name,
      role: member.role === 'PENDING' ? (member.assignment ?? 'PENDING') : member.role,
      online: isHandOver ? answered.has(member.name) : this.#isOnline(member, answered),
    }));
    return assignRoles(candidates, this.member.identity.name);
  }

  /** What a round writes. */
  #outcome(snapshot: Snapshot, answered: ReadonlySet<string>, self: string): readonly Operation[] {
    const now = Date.now();
    const roles = this.#roles(snapshot, answered);
    const updates = snapshot.members.flatMap((member) => {
      if (member.role === 'PENDING' && !answered.has(member.name) && member.joined < now - PENDING_LIMIT)
        return [deleteMember(member.name)];
      const assignment = roles.get(member.name);
      const row: { [column: string]: string | number } = {};
      if (answered.has(member.name)) row['last_heartbeat'] = now;
      if (assignment !== undefined && assignment !== member.assignment) row['assignment'] = assignment;
      // Nothing is left to do for these: the leader votes already, a newcomer that is a spare has no copy, one that lost its
      // vote while away has none to give up.
      const isDone =
        (assignment === 'voter' && member.name === self) ||
        (assignment === 'spare' && member.role === 'PENDING' && member.assignment === null) ||
        (assignment !== 'voter' && member.role === 'voter' && !answered.has(member.name));
      if (assignment !== undefined && isDone && member.role !== assignment) row['role'] = assignment;
      return Object.keys(row).length === 0 ? [] : [updateMember(member.name, row)];
    });
    return [purgeTokens(now), ...updates];
  }

  /** Takes the votes of members that are gone or replaced, and calls back voters whose server was removed by hand. */
  async #removeServers(snapshot: Snapshot, answered: ReadonlySet<string>, isTick: boolean): Promise<void> {
    const { server, database } = this.member;
    const roles = this.#roles(snapshot, answered);
    for (const other of snapshot.members) {
      if (other.role === 'voter' && roles.get(other.name) !== 'voter' && !answered.has(other.name)) {
        log(`heartbeat: ${other.name} is away and loses its vote`);
        await server.kick(other.address);
      }
    }
    if (!isTick) return;
    const servers = await server.servers();
    const voters = snapshot.members.filter((other) => other.assignment === 'voter' || other.role === 'voter');
    const known = new Set(voters.map((other) => raftAddress(other.address)));
    const strays = servers.filter((address) => !known.has(address));
    for (const address of strays) {
      if (!this.#strays.has(address)) continue;
      log(`heartbeat: ${address} belongs to no voter and is removed`);
      await server.kickServer(address);
    }
    this.#strays = new Set(strays);
    const lost = voters.filter(
      ({ name, role, address }) =>
        role === 'voter' && roles.get(name) === 'voter' && !servers.includes(raftAddress(address)),
    );
    if (lost.length > 0) await database.change(() => lost.map((other) => updateMember(other.name, { role: 'spare' })));
  }
}
