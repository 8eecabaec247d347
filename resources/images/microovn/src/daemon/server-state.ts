import { JsonRpcSession, type Json } from '../../../../../shared/ovsdb/session.ts';
import { connectUnix, nodeTimers, textStreamOf } from './streams.ts';
import { until } from './until.ts';

/** Whether an ovsdb-server is in contact with a majority for a database; `gone`: it has left, or never had it. */
export type ServerState = 'connected' | 'disconnected' | 'gone';

/**
 * Asks an ovsdb-server about itself (`_Server.Database`, ovsdb-server(5)).
 * @throws Error when it does not answer
 */
export async function serverState(socketPath: string, database: string): Promise<ServerState> {
  const session = new JsonRpcSession(database, textStreamOf(await connectUnix(socketPath, 1000)), nodeTimers);
  try {
    const select = { op: 'select', table: 'Database', where: [['name', '==', database]], columns: ['connected'] };
    const answer = await session.call('transact', ['_Server', select], 2000);
    const row = (answer as readonly { rows?: readonly { connected?: Json }[] }[])[0]?.rows?.[0];
    return row === undefined ? 'gone' : row.connected === true ? 'connected' : 'disconnected';
  } finally {
    session.close();
  }
}

/** Waits for {@link serverState}; `limit` in milliseconds. */
export async function untilServer(socketPath: string, database: string, state: ServerState, limit: number) {
  await until(`${database} to be ${state}`, limit, async () => {
    const now = await serverState(socketPath, database);
    if (now === state) return true;
    throw new Error(`it is ${now}`);
  });
}
