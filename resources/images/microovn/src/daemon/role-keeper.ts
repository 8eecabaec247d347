import type { NodeMember } from './node-member.ts';
import { updateMember } from './operations.ts';
import { wordsOf } from './refusal.ts';
import type { Assignment } from './roles.ts';
import type { Member, Snapshot } from './snapshot.ts';
import { log } from './log.ts';

const RETRY = 3000;
const LOOK = 1000;
/** Some election times of a server that has just started. */
const CONTACT_LIMIT = 5000;

/** Makes this member what the leader assigned it to be, and writes its role once it is that. */
export class RoleKeeper {
  #running = false;
  #again = false;
  #stopped = false;
  #retry: NodeJS.Timeout | null = null;
  readonly #look: NodeJS.Timeout;

  constructor(private readonly member: NodeMember) {
    member.database.onChange(() => void this.#run());
    // A voter's own server may become of use later than another's: no event tells, and only there it is seen who leads.
    this.#look = setInterval(() => {
      const { database, server } = this.member;
      if (!database.usesLocal && server.mode === 'raft')
        void server.isConnected().then((is) => is && !this.#stopped && database.reselect());
    }, LOOK);
    this.#look.unref();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#look);
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  async #run(): Promise<void> {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      const snapshot = this.member.database.snapshot;
      const mine = snapshot?.members.find(({ name }) => name === this.member.identity.name);
      if (snapshot === null || mine === undefined || mine.assignment === null) continue;
      try {
        await this.#become(mine.assignment, mine, snapshot);
      } catch (error) {
        log(`role: ${mine.assignment}: ${wordsOf(error)}`);
        this.#later();
      }
    }
    this.#running = false;
  }

  async #become(role: Assignment, mine: Member, snapshot: Snapshot): Promise<void> {
    const { server, database } = this.member;
    const voters = snapshot.members.filter((other) => other.role === 'voter' && other.name !== mine.name);
    const addresses = voters.map(({ address }) => address);
    switch (role) {
      case 'voter': {
        const votes = server.mode === 'raft' && (mine.role === 'voter' || (await server.isConnected()));
        if (!votes) {
          // Not without anybody to join: a lone server would be a database of its own.
          if (addresses.length === 0) return;
          log(`role: becomes a voter beside ${addresses.join(', ')}`);
          await server.join(mine.address, addresses);
          database.reselect();
        }
        break;
      }
      case 'stand-by':
        if (server.mode === 'raft') await this.#giveUpVote();
        if (addresses.length > 0) await server.relay(addresses);
        break;
      case 'spare':
        if (server.mode === 'raft') await this.#giveUpVote();
        else if (server.mode === 'relay') await server.stop();
        break;
    }
    if (mine.role !== role) {
      log(`role: is ${role} now`);
      await database.change(() => [updateMember(mine.name, { role })]);
    }
  }

  /**
   * A server that was removed while it was away is an endless candidate, and nobody is there to tell. One that is only slow to
   * find the others must tell them: of two voters the other cannot go on alone.
   */
  async #giveUpVote(): Promise<void> {
    const { server, database } = this.member;
    log('role: gives up its vote');
    try {
      await server.connected(CONTACT_LIMIT);
      await server.leave();
    } catch (error) {
      log(`role: its server was removed already: ${wordsOf(error)}`);
      await server.stop();
    }
    database.reselect();
  }

  #later(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#run(), RETRY);
  }
}
