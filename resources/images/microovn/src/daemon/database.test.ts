import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JsonStream } from '../../../../../shared/ovsdb/json-stream.ts';
import { ClusterDatabase, type DatabaseSource } from './database.ts';
import { connectUnix } from './streams.ts';
import { until } from './until.ts';

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** An ovsdb-server as far as a session with it goes: contents are one generation, transactions are answered on demand. */
class FakeServer {
  connected = true;
  /** Answers to transactions wait for this. */
  answer: Promise<void> = Promise.resolve();
  transactions = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(
    readonly path: string,
    public generation: number,
  ) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      const parser = new JsonStream();
      socket.setEncoding('utf8').on('data', (text: string) => {
        for (const request of parser.push(text)) void this.#serve(socket, request as Request);
      });
    }).listen(path);
  }

  source(isLocal: boolean): DatabaseSource {
    return { name: isLocal ? 'local' : 'remote', isLocal, open: () => connectUnix(this.path, 1000) };
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(socket: Socket, { id, method, params }: Request): Promise<void> {
    if (method === 'transact') {
      this.transactions++;
      await this.answer;
    }
    const row = { name: 'MicroOVN', model: 'clustered', connected: this.connected, leader: true };
    const result =
      method !== 'monitor_cond'
        ? []
        : params[0] === '_Server'
          ? { Database: { d: { initial: row } } }
          : { Cluster: { c: { initial: { generation: this.generation } } } };
    socket.write(JSON.stringify({ id, result, error: null }));
  }
}

let folder = '';
let remote: FakeServer;
let local: FakeServer;
let database: ClusterDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'database-'));
  remote = new FakeServer(join(folder, 'remote'), 5);
  local = new FakeServer(join(folder, 'local'), 5);
  local.connected = false;
  database = new ClusterDatabase(() => [local.source(true), remote.source(false)]);
});
afterEach(() => {
  database.stop();
  remote.close();
  local.close();
  rmSync(folder, { recursive: true });
});

function usesLocal(): Promise<true> {
  return until('the near server', 3000, () => Promise.resolve(database.usesLocal ? true : null));
}

test('passes over a server without a majority, and takes the near one once it has', async () => {
  expect((await database.ready()).generation).toBe(5);
  expect(database.usesLocal).toBe(false);
  expect(database.leads).toBe(false);
  local.connected = true;
  database.reselect();
  await usesLocal();
  expect(database.leads).toBe(true);
});

test('a transaction under way is answered before the servers change', async () => {
  await database.ready();
  let release = (): void => {};
  remote.answer = new Promise((resolve) => (release = resolve));
  const done = database.transact([{ op: 'comment', comment: 'x' }]);
  await until('the transaction', 2000, () => Promise.resolve(remote.transactions > 0 ? true : null));
  local.connected = true;
  database.reselect();
  release();
  await expect(done).resolves.toBeUndefined();
  await usesLocal();
});

test('does not go back in time: a near server that is behind is passed over', async () => {
  await database.ready();
  local.connected = true;
  local.generation = 4;
  database.reselect();
  await until('the search to end', 5000, () => Promise.resolve(database.snapshot === null ? true : null));
  expect((await database.ready()).generation).toBe(5);
  expect(database.usesLocal).toBe(false);
});

test('without any server it says so in time', async () => {
  remote.close();
  local.close();
  await until('the loss', 2000, () => Promise.resolve(database.snapshot === null ? true : null));
  await expect(database.ready(50)).rejects.toThrow('context deadline exceeded');
});
