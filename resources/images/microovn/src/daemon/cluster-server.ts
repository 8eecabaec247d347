import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { run } from './command.ts';
import { DATABASE_NAME } from './database.ts';
import { writeWhole } from './flat-yaml.ts';
import { bareAddress, bracketed } from './ovn-env.ts';
import type { Paths } from './paths.ts';
import { wordsOf } from './refusal.ts';
import { leaveRaft, serverState, untilServer } from './server-state.ts';
import { unixctl } from './streams.ts';
import * as supervisor from './supervisor.ts';
import { log } from './log.ts';

/** Raft between the voters, and clients without a copy of their own. */
export const RAFT_PORT = 6645;
export const CLIENT_PORT = 6646;

const SCHEMA = '/usr/share/microovn/microovn.ovsschema';

/** What this node serves of the cluster database: a vote, a copy without one, nothing. */
export type ServerMode = 'raft' | 'relay' | 'none';

/** The node's own server of the cluster database (unit `cluster`). Not safe against itself: callers go one at a time. */
export class ClusterServer {
  constructor(private readonly paths: Paths) {}

  get mode(): ServerMode {
    if (!existsSync(this.paths.databaseMode)) return 'none';
    return this.#serves().startsWith('relay:') ? 'relay' : 'raft';
  }

  /** Makes a new database with this node as its only voter, and waits until it serves. */
  async create(address: string): Promise<void> {
    this.#clear();
    await run('ovsdb-tool', ['create-cluster', this.paths.databaseFile, SCHEMA, raftAddress(address)]);
    await this.#serve(this.paths.databaseFile);
    await this.connected(10_000);
  }

  /**
   * Becomes a voter beside others; returns when it has caught up.
   * @param others daemon addresses of the voters there are
   */
  async join(address: string, others: readonly string[]): Promise<void> {
    await this.stop();
    const remotes = others.map(raftAddress);
    const { databaseFile } = this.paths;
    await run('ovsdb-tool', ['join-cluster', databaseFile, DATABASE_NAME, raftAddress(address), ...remotes]);
    await this.#serve(databaseFile);
    await this.connected(20_000);
  }

  /** Keeps a copy without a vote; `voters` are daemon addresses. Nothing happens when it already does just that. */
  async relay(voters: readonly string[]): Promise<void> {
    const remotes = voters.map((voter) => `ssl:${bracketed(bareAddress(voter))}:${CLIENT_PORT}`);
    const serves = `relay:${DATABASE_NAME}:${remotes.join(',')}`;
    if (this.mode === 'relay' && this.#serves() === serves) return;
    await this.stop();
    await this.#serve(serves);
  }

  /** Gives the vote back. Whether or not the others took note in time, the copy goes. */
  async leave(): Promise<void> {
    if (this.mode === 'raft') {
      try {
        const { databaseControl: control, databaseSocket: socket } = this.paths;
        await leaveRaft({ control, socket }, DATABASE_NAME, 5000);
      } catch (error) {
        log(`database: left without a word of the others: ${wordsOf(error)}`);
      }
    }
    await this.stop();
  }

  /** Stops serving and forgets the copy. */
  async stop(): Promise<void> {
    if (supervisor.isEnabled('cluster')) await supervisor.stop('cluster');
    this.#clear();
  }

  /** Removes the server of another member from the Raft cluster; needs a majority. */
  kick(address: string): Promise<void> {
    return this.kickServer(raftAddress(address));
  }

  /** One that is gone already is no error. @param server Raft address, e.g. `ssl:172.28.31.12:6645` */
  async kickServer(server: string): Promise<void> {
    try {
      await unixctl(this.paths.databaseControl, 'cluster/kick', [DATABASE_NAME, server]);
    } catch (error) {
      // The heartbeat may have kicked it in the meantime (ovsdb/raft.c raft_unixctl_kick).
      if (!(error instanceof Error && error.message.includes('unknown server'))) throw error;
    }
  }

  /** Raft addresses of all servers, e.g. `ssl:172.28.31.11:6645`, as this node's server knows them. */
  async servers(): Promise<readonly string[]> {
    const status = await unixctl(this.paths.databaseControl, 'cluster/status', [DATABASE_NAME]);
    return serversOf(status);
  }

  /** Waits until the server is in contact with a majority; `limit` in milliseconds. */
  connected(limit: number): Promise<void> {
    return untilServer(this.paths.databaseSocket, DATABASE_NAME, 'connected', limit);
  }

  /** One look: whether the server is in contact with a majority now. */
  async isConnected(): Promise<boolean> {
    try {
      return (await serverState(this.paths.databaseSocket, DATABASE_NAME)) === 'connected';
    } catch {
      return false;
    }
  }

  async #serve(database: string): Promise<void> {
    writeWhole(this.paths.databaseMode, `DATABASE='${database}'\n`);
    await supervisor.start('cluster');
  }

  #serves(): string {
    return /^DATABASE='(.*)'$/m.exec(readFileSync(this.paths.databaseMode, 'utf8'))?.[1] ?? '';
  }

  #clear(): void {
    mkdirSync(this.paths.database, { recursive: true, mode: 0o700 });
    rmSync(this.paths.databaseMode, { force: true });
    rmSync(this.paths.databaseFile, { force: true });
    rmSync(this.paths.databaseSocket, { force: true });
    rmSync(this.paths.databaseControl, { force: true });
  }
}

/** @param address of the daemon, `ip:6686` */
export function raftAddress(address: string): string {
  return `ssl:${bracketed(bareAddress(address))}:${RAFT_PORT}`;
}

/** The addresses in the section `Servers:` of `cluster/status`, whose lines read `    a8c0 (a8c0 at ssl:172.28.31.11:6645) (self)`. */
export function serversOf(status: string): readonly string[] {
  return [...status.matchAll(/^ {4}[0-9a-f]{4} \([0-9a-f]{4} at ([^)]+)\)/gm)].map((match) => match[1] ?? '');
}
