import type { Socket } from 'node:net';
import { type Row, Tables } from '../../../../../shared/ovsdb/rows.ts';
import { JsonRpcSession, type Json } from '../../../../../shared/ovsdb/session.ts';
import { Refusal, wordsOf } from './refusal.ts';
import { setColumns, type Snapshot, snapshotOf } from './snapshot.ts';
import { nodeTimers, textStreamOf } from './streams.ts';
import { Queue, until } from './until.ts';
import { log } from './log.ts';

export const DATABASE_NAME = 'MicroOVN';

/** A server of the cluster database. */
export interface DatabaseSource {
  readonly name: string;
  /** This node's own Raft server: what it says of leading counts. */
  readonly isLocal: boolean;
  /** Has a limit of its own. */
  open(): Promise<Socket>;
}

export type Operation = { readonly [key: string]: Json };

/** Why a transaction was not made. `wait`: what it had seen is no longer so. `unique`: a name is taken. */
export class TransactionError extends Error {
  override readonly name = 'TransactionError';

  constructor(
    readonly kind: 'wait' | 'unique' | 'other',
    message: string,
  ) {
    super(message);
  }
}

const CALL_LIMIT = 10_000;
/** ovsdb-server asks an idle client for an `echo` every 5 s; three of them missing is a dead or frozen server. */
const SILENCE_LIMIT = 15_000;

/**
 * The cluster database as this member sees it: one session with whichever of its servers is in contact with a majority, followed
 * by monitors, replaced when that server falls silent, loses its majority or a nearer one can serve.
 */
export class ClusterDatabase {
  #session: JsonRpcSession | null = null;
  #source: DatabaseSource | null = null;
  #tables = new Tables(setColumns);
  #snapshot: Snapshot | null = null;
  /** Highest ever seen. */
  #generation = 0;
  #leads = false;
  #stopped = false;
  #searching = false;
  #heardAt = 0;
  /** Transactions that wait for their answer. */
  #underWay = 0;
  #wantsNearer = false;
  #retry: (() => void) | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #changes = new Queue();
  readonly #watch: NodeJS.Timeout;

  /** @param sources servers to try, in order of preference; read at each search */
  constructor(private readonly sources: () => readonly DatabaseSource[]) {
    this.#watch = setInterval(() => {
      if (this.#session !== null && Date.now() - this.#heardAt > SILENCE_LIMIT) this.#session.close();
    }, 5000);
    this.#watch.unref();
    void this.#search();
  }

  /** The contents; `null` while no server is in contact with a majority. */
  get snapshot(): Snapshot | null {
    return this.#session === null ? null : this.#snapshot;
  }

  /** Whether this node's own server leads the database. */
  get leads(): boolean {
    return this.#leads && this.#session !== null && this.#source?.isLocal === true;
  }

  get usesLocal(): boolean {
    return this.#session !== null && this.#source?.isLocal === true;
  }

  /** Runs after each change of contents, of who leads, and of whether there is a server. Returns its own undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Looks for a nearer server: called when this node's own may have come up. Transactions under way are answered first, for
   * nobody would know whether they were made.
   */
  reselect(): void {
    if (this.usesLocal) return;
    if (this.#session === null) this.#retry?.();
    else if (this.#underWay > 0) this.#wantsNearer = true;
    else this.#session.close();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#watch);
    this.#listeners.clear();
    this.#session?.close();
    this.#retry?.();
  }

  /**
   * The contents as soon as there are any.
   * @throws Refusal 500 `context deadline exceeded` after `limit` milliseconds
   */
  ready(limit = CALL_LIMIT): Promise<Snapshot> {
    return this.when((snapshot) => snapshot, limit, 'context deadline exceeded');
  }

  /**
   * Waits for the contents to fulfil something.
   * @param found returns `null` while they do not
   * @throws Refusal 500 with `unmet` after `limit` milliseconds
   */
  when<T>(found: (snapshot: Snapshot) => T | null, limit: number, unmet: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        const value = this.snapshot === null ? null : found(this.snapshot);
        if (value === null) return false;
        clearTimeout(timer);
        undo();
        resolve(value);
        return true;
      };
      const undo = this.onChange(look);
      const timer = setTimeout(() => {
        undo();
        reject(new Refusal(500, unmet));
      }, limit);
      look();
    });
  }

  /**
   * @throws TransactionError when the database refuses, Refusal 500 `context deadline exceeded` when it does not answer
   */
  async transact(operations: readonly Operation[]): Promise<void> {
    await this.ready();
    const session = this.#session;
    if (session === null) throw new Refusal(500, 'context deadline exceeded');
    let results: Json;
    this.#underWay++;
    try {
      results = await session.call('transact', [DATABASE_NAME, ...operations], CALL_LIMIT);
    } catch {
      // A server that does not answer a transaction is of no use; another may be.
      session.close();
      throw new Refusal(500, 'context deadline exceeded');
    } finally {
      this.#underWay--;
      if (this.#underWay === 0 && this.#wantsNearer) {
        this.#wantsNearer = false;
        this.reselect();
      }
    }
    for (const result of Array.isArray(results) ? (results as readonly Json[]) : []) checkResult(result);
  }

  /**
   * Changes membership or placement: compares the generation, swaps, and starts over from what has changed meanwhile.
   * @param plan makes the operations from the contents; may throw to refuse
   */
  change(plan: (snapshot: Snapshot) => readonly Operation[], limit = CALL_LIMIT): Promise<void> {
    return this.#changes.run(async () => {
      const end = Date.now() + limit;
      let snapshot = await this.ready(limit);
      for (;;) {
        const operations = plan(snapshot);
        try {
          await this.transact([...compareAndCount(snapshot.generation), ...operations]);
          return;
        } catch (error) {
          if (!(error instanceof TransactionError) || error.kind !== 'wait' || Date.now() > end) throw error;
        }
        const seen = snapshot.generation;
        snapshot = await this.when(
          (now) => (now.generation > seen ? now : null),
          Math.max(1, end - Date.now()),
          'context deadline exceeded',
        );
      }
    });
  }

  async #search(): Promise<void> {
    if (this.#searching) return;
    this.#searching = true;
    for (let pause = 20; !this.#stopped; pause = Math.min(pause * 2, 1000)) {
      for (const source of this.sources()) {
        // A session may end as soon as it is there: then the search goes on.
        if ((await this.#adopt(source)) && this.#session !== null) {
          this.#searching = false;
          return;
        }
        if (this.#stopped) return;
      }
      await new Promise<void>((resolve) => {
        const stop = nodeTimers.after(pause, resolve);
        this.#retry = () => {
          stop();
          resolve();
        };
      });
      this.#retry = null;
    }
  }

  /** Opens a session; keeps it when that server is in contact with a majority. */
  async #adopt(source: DatabaseSource): Promise<boolean> {
    let session: JsonRpcSession | null = null;
    try {
      const socket = await source.open();
      session = new JsonRpcSession(
        source.name,
        textStreamOf(socket, () => (this.#heardAt = Date.now())),
        nodeTimers,
      );
      const server = new Tables();
      const tables = new Tables(setColumns);
      const current = session;
      session.onNotify((method, params) => {
        if (method !== 'update2' || !Array.isArray(params)) return;
        const [monitor, updates] = params as unknown as readonly [Json, Json];
        if (monitor === 'server') server.apply(updates);
        else tables.apply(updates);
        if (this.#session === current) this.#changed(current, server);
      });
      await session.call('set_db_change_aware', [true], 2000);
      const columns = ['name', 'model', 'connected', 'leader'];
      server.apply(await session.call('monitor_cond', ['_Server', 'server', { Database: [{ columns }] }], 2000));
      if (!isConnected(server)) throw new Error('no majority');
      const all = { Member: [{}], Token: [{}], Config: [{}], Cluster: [{}] };
      tables.apply(await session.call('monitor_cond', [DATABASE_NAME, 'contents', all], 5000));
      await this.#caughtUp(source, tables);
      if (this.#stopped || session.closed) throw new Error('closed');
      this.#session = session;
      this.#source = source;
      this.#tables = tables;
      session.onClose((reason) => this.#lost(current, reason));
      log(`database: connected to ${source.name}`);
      this.#changed(session, server);
      return true;
    } catch (error) {
      session?.close();
      if (!this.#stopped && process.env['MICROOVN_DEBUG'] !== undefined)
        log(`database: ${source.name}: ${wordsOf(error)}`);
      return false;
    }
  }

  /** A server that has just joined is in contact before it has everything: going back in time would undo decisions. */
  async #caughtUp(source: DatabaseSource, tables: Tables): Promise<void> {
    await until(`${source.name} to catch up`, 2000, () =>
      Promise.resolve(snapshotOf(tables).generation >= this.#generation ? true : null),
    );
  }

  #changed(session: JsonRpcSession, server: Tables): void {
    if (!isConnected(server)) {
      session.close();
      return;
    }
    this.#leads = databaseRow(server)?.['leader'] === true;
    this.#snapshot = snapshotOf(this.#tables);
    this.#generation = Math.max(this.#generation, this.#snapshot.generation);
    this.#notify();
  }

  #lost(session: JsonRpcSession, reason: string): void {
    if (this.#session !== session) return;
    log(`database: ${session.name} ended: ${reason}`);
    this.#session = null;
    this.#leads = false;
    this.#notify();
    void this.#search();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function databaseRow(server: Tables): Row | undefined {
  return [...server.table('Database').values()].find((row) => row['name'] === DATABASE_NAME);
}

function isConnected(server: Tables): boolean {
  return databaseRow(server)?.['connected'] === true;
}

function compareAndCount(generation: number): readonly Operation[] {
  return [
    {
      op: 'wait',
      table: 'Cluster',
      where: [],
      columns: ['generation'],
      until: '==',
      rows: [{ generation }],
      timeout: 0,
    },
    { op: 'mutate', table: 'Cluster', where: [], mutations: [['generation', '+=', 1]] },
  ];
}

function checkResult(result: Json): void {
  if (result === null || typeof result !== 'object' || Array.isArray(result)) return;
  const { error, details } = result as { error?: Json; details?: Json };
  if (typeof error !== 'string') return;
  const kind = error === 'timed out' ? 'wait' : error === 'constraint violation' ? 'unique' : 'other';
  throw new TransactionError(kind, `${error}: ${typeof details === 'string' ? details : ''}`);
}
