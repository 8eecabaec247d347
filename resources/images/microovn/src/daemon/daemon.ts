import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type ControlRequest, DATABASE_TEXT, type Ready } from '../api.ts';
import { controlHandlers } from './control-server.ts';
import { bootstrap, FormationError, join, rollBackUnfinished } from './formation.ts';
import { loadIdentity } from './identity.ts';
import { keepLogsSmall } from './log-files.ts';
import { NodeMember } from './node-member.ts';
import type { Paths } from './paths.ts';
import { forgotten, Refusal, wordsOf } from './refusal.ts';
import { renewDaily } from './renewal.ts';
import { makeFolders, resetNode } from './reset.ts';
import { restListener, type RestHandler } from './rest.ts';
import { log } from './log.ts';

/** The daemon of a node: serves the `microovn` command, and is a member or waits to become one. */
export class Daemon {
  #member: NodeMember | null = null;
  /** A bootstrap, join or removal is at work. */
  #busy = false;
  #ending = false;
  readonly #startedAt = Date.now();
  #server: Server | null = null;

  /** @param electionTimer of new NB and SB databases, milliseconds */
  constructor(
    private readonly paths: Paths,
    private readonly electionTimer: number,
  ) {}

  async start(): Promise<void> {
    makeFolders(this.paths);
    keepLogsSmall(this.paths.logs);
    await rollBackUnfinished(this.paths, this.#settings());
    const identity = loadIdentity(this.paths);
    if (identity !== null) {
      const member = new NodeMember(this.paths, identity, this.#settings());
      this.#member = member;
      await member.listen();
      this.#settle(member);
    }
    await this.#serve();
  }

  /** @throws Refusal 503 while this node is no member, 409 when it was one until others removed it by force */
  member(): NodeMember {
    const member = this.formed();
    if (member.isForgotten) throw forgotten(member.identity.name);
    return member;
  }

  /** Also one that others removed by force. @throws Refusal 503 while this node is no member */
  formed(): NodeMember {
    if (this.#member === null) throw new Refusal(503, DATABASE_TEXT.uninitialised);
    return this.#member;
  }

  ready(): Ready {
    const member = this.#member;
    if (member === null) return { database: 'uninitialised', name: null, address: null };
    const isYoung = Date.now() - this.#startedAt < 10_000;
    const database = member.database.snapshot !== null ? 'online' : isYoung ? 'starting' : 'offline';
    return { database, name: member.identity.name, address: member.identity.address };
  }

  /** Bootstraps or joins. A failure that changed the node is undone: the daemon starts afresh once the answer is out. */
  async form(request: ControlRequest): Promise<void> {
    if (this.#member !== null || this.#busy) throw new Refusal(503, 'Unable to initialize cluster: Database is online');
    this.#busy = true;
    try {
      const settings = this.#settings();
      const member =
        request.action === 'bootstrap'
          ? await bootstrap(this.paths, request, settings)
          : await join(this.paths, request, settings);
      this.#member = member;
      this.#settle(member);
    } catch (error) {
      if (error instanceof FormationError) await resetNode(this.paths, false);
      throw error instanceof FormationError ? new Refusal(500, error.message) : error;
    } finally {
      this.#busy = false;
    }
  }

  /** This node has left its cluster: forgets it and ends; runit starts a fresh daemon. */
  removed(): void {
    if (this.#ending) return;
    this.#ending = true;
    // One turn later, when the answer that reports it has been handed to the kernel.
    setImmediate(() => {
      this.#member?.close();
      resetNode(this.paths, true)
        .then(() => process.exit(0))
        .catch((error: unknown) => {
          log(`reset: ${wordsOf(error)}`);
          process.exit(1);
        });
    });
  }

  stop(): void {
    this.#server?.close();
    rmSync(this.paths.control, { force: true });
    this.#member?.close();
  }

  #settings() {
    return { electionTimer: this.electionTimer, onRemoved: () => this.removed() };
  }

  #settle(member: NodeMember): void {
    void member.announce().catch((error: unknown) => log(`announce: ${wordsOf(error)}`));
    renewDaily(member);
  }

  async #serve(): Promise<void> {
    rmSync(this.paths.control, { force: true });
    const routes = controlHandlers(this) as unknown as Readonly<Record<string, RestHandler>>;
    const server = createServer(restListener(routes));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.paths.control, resolve);
    });
    chmodSync(this.paths.control, 0o660);
    this.#server = server;
  }
}
