import { connect, type Socket } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import { JsonRpcSession, type Json, type TextStream, type Timers } from '../../../../../shared/ovsdb/session.ts';
import { fingerprint, type KeyPair } from './x509.ts';

/** Node's timers for sessions. */
export const nodeTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** `onHeard` runs with each piece that comes, so that silence can be told from idleness. */
export function textStreamOf(socket: Socket, onHeard: () => void = () => {}): TextStream {
  socket.setEncoding('utf8');
  let reason = 'the other side closed it';
  socket.on('error', (error) => (reason = error.message));
  return {
    write: (text) => void socket.write(text),
    onText: (listener) =>
      void socket.on('data', (text: string) => {
        onHeard();
        listener(text);
      }),
    onClose: (listener) => void socket.on('close', () => listener(reason)),
    close: () => socket.destroy(),
  };
}

/** @param timeout milliseconds until it must be connected */
export function connectUnix(path: string, timeout: number): Promise<Socket> {
  return connected(connect({ path }), 'connect', timeout);
}

/** Whom to believe, and who to be, on a connection between nodes. */
export interface Pinned {
  /** SHA-256 of the one certificate the other side may show. */
  readonly fingerprint: string;
  readonly client: KeyPair;
}

/**
 * A TLS connection to a member. Nothing is sent before the other side has shown the expected certificate: it is compared by
 * fingerprint, because it names the cluster and not a host.
 * @param timeout milliseconds until it must be connected
 */
export async function connectPinned(host: string, port: number, pinned: Pinned, timeout: number): Promise<TLSSocket> {
  const { key, certificate } = pinned.client;
  const socket = connectSecurely({ host, port, key, cert: certificate, rejectUnauthorized: false });
  await connected(socket, 'secureConnect', timeout);
  const peer = socket.getPeerX509Certificate();
  if (peer === undefined || fingerprint(peer.toString()) !== pinned.fingerprint) {
    socket.destroy();
    throw new Error(`${host}:${port} does not show the certificate of the cluster`);
  }
  return socket;
}

function connected(socket: Socket, event: 'connect' | 'secureConnect', timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${timeout} ms`)), timeout);
    socket.once('close', () => reject(new Error('connection closed')));
    socket.once('error', reject);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.removeAllListeners('error').removeAllListeners('close');
      resolve(socket);
    });
    socket.once('close', () => clearTimeout(timer));
  });
}

/**
 * One command to the control socket of an OVS or OVN daemon, as `ovs-appctl -t PATH METHOD ARGS` sends it.
 * @param timeout milliseconds
 * @returns what the daemon answers
 * @throws LabError when it refuses or stays silent
 */
export async function unixctl(path: string, method: string, args: readonly string[], timeout = 5000): Promise<string> {
  const session = new JsonRpcSession(path, textStreamOf(await connectUnix(path, timeout)), nodeTimers);
  try {
    const answer: Json = await session.call(method, args, timeout);
    return typeof answer === 'string' ? answer : JSON.stringify(answer);
  } finally {
    session.close();
  }
}
