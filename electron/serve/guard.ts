import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The sub-protocol a page asks for and gets; beside it, it sends `token.TOKEN`, which is not sent back. */
export const subProtocol = 'quorate';
const tokenPrefix = 'token.';

/** The one path of the WebSocket. */
export const socketPath = '/rpc';

/**
 * Why a request for a file is refused, or null. The exact Host keeps out pages that had their name rebound to 127.0.0.1.
 * @param host e.g. `127.0.0.1:4173`
 */
export function refuseRequest(request: IncomingMessage, host: string): { status: number; reason: string } | null {
  if (request.headers.host !== host) return { status: 421, reason: 'foreign host' };
  if (request.method !== 'GET') return { status: 405, reason: 'method' };
  return null;
}

/** Why an upgrade to a WebSocket is refused, or null. Browsers send Origin with each and no page can forge it. */
export function refuseUpgrade(
  request: IncomingMessage,
  host: string,
  token: string,
): { status: number; reason: string } | null {
  if (request.headers.host !== host) return { status: 421, reason: 'foreign host' };
  if (request.headers.origin === undefined) return { status: 403, reason: 'no origin' };
  if (request.headers.origin !== `http://${host}`) return { status: 403, reason: 'foreign origin' };
  if (request.url !== socketPath) return { status: 404, reason: 'no such path' };
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(subProtocol)) return { status: 400, reason: 'sub-protocol' };
  const given = offered.find((name) => name.startsWith(tokenPrefix));
  if (given === undefined) return { status: 401, reason: 'no token' };
  return isSame(given.slice(tokenPrefix.length), token) ? null : { status: 401, reason: 'wrong token' };
}

/** Compares in a time that tells neither content nor length: hashes are equally long. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
