import { JsonRpcSession, type Json } from '../../../../../shared/ovsdb/session.ts';
import { connectUnix, nodeTimers, textStreamOf, unixctl } from './streams.ts';
import { until } from './until.ts';
import { log } from './log.ts';
import { wordsOf } from './refusal.ts';

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

/** Control and client socket of an ovsdb-server. */
export interface ServerSockets {
  readonly control: string;
  readonly socket: string;
}

/** Milliseconds for others to elect one of them. */
const STEP_DOWN_LIMIT = 2000;

/**
 * Takes a server out of the Raft cluster of its database, and waits until the others have taken note. A leader steps down first: its own
 * request to be removed comes before there is another leader, and the next one only an election timer later, 16 s (ovsdb/raft.c, raft_leave).
 * @param limit milliseconds
 */
export async function leaveRaft({ control, socket }: ServerSockets, database: string, limit: number): Promise<void> {
  if (leaderOf(await unixctl(control, 'cluster/status', [database])) === 'self') {
    await stepDown(control, database).catch((error: unknown) => log(`${database}: ${wordsOf(error)}`));
  }
  await unixctl(control, 'cluster/leave', [database]);
  await untilServer(socket, database, 'gone', limit);
}

/** The one command that makes a leader hand on without leaving. It is meant for tests, so nothing depends on it but time. */
async function stepDown(control: string, database: string): Promise<void> {
  await unixctl(control, 'cluster/failure-test', ['transfer-leadership']);
  await until('another leader', STEP_DOWN_LIMIT, async () => {
    const leader = leaderOf(await unixctl(control, 'cluster/status', [database]));
    return leader === 'self' || leader === 'unknown' ? null : true;
  });
}

/** First four digits of the leader's ID, `self` or `unknown`: line `Leader: …` of `cluster/status`. */
function leaderOf(status: string): string {
  return /^Leader: (\S+)/m.exec(status)?.[1] ?? 'unknown';
}
