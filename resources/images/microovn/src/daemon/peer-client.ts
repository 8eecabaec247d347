import { request } from 'node:http';
import type { ApiError } from '../api.ts';
import { bareAddress } from './ovn-env.ts';
import { Refusal, wordsOf } from './refusal.ts';
import { connectPinned, type Pinned } from './streams.ts';

/** A request to another member over HTTPS. */
export interface PeerRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query, e.g. `/core/1.0/ready`. */
  readonly path: string;
  readonly body?: unknown;
  /** Milliseconds to connect. */
  readonly connectLimit: number;
  /** Milliseconds for the answer, once connected. */
  readonly limit: number;
}

/**
 * @param address `ip:port`
 * @throws Refusal when the member answers with an error, Error `Get "https://…": <cause>` when it does not answer
 */
export async function callPeer(address: string, pinned: Pinned, call: PeerRequest): Promise<unknown> {
  const url = `https://${address}${call.path}`;
  try {
    const port = Number(address.slice(address.lastIndexOf(':') + 1));
    const socket = await connectPinned(bareAddress(address), port, pinned, call.connectLimit);
    const { status, text } = await exchange(socket, call);
    const value: unknown = JSON.parse(text);
    if (status === 200) return value;
    throw new Refusal(status, (value as ApiError).error);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const verb = call.method.charAt(0) + call.method.slice(1).toLowerCase();
    throw new Error(`${verb} "${url}": ${wordsOf(error)}`, { cause: error });
  }
}

function exchange(
  socket: Awaited<ReturnType<typeof connectPinned>>,
  call: PeerRequest,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error('context deadline exceeded')), call.limit);
    const body = call.body === undefined ? '' : JSON.stringify(call.body);
    const headers = { host: 'microovn', connection: 'close', 'content-length': Buffer.byteLength(body) };
    const outgoing = request({ method: call.method, path: call.path, headers, createConnection: () => socket });
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('error', reject);
      response.on('end', () => {
        clearTimeout(timer);
        socket.destroy();
        resolve({ status: response.statusCode ?? 500, text });
      });
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}
