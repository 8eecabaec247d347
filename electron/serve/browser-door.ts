import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { maxFrameBytes } from '../../shared/rpc.ts';
import type { Handlers } from '../rpc/door.ts';
import { serveClient } from '../rpc/rpc-server.ts';
import { websocketTransport } from '../rpc/websocket-transport.ts';
import { contentSecurityPolicy } from '../security-policy.ts';
import { refuseRequest, refuseUpgrade, subProtocol } from './guard.ts';
import { readStatic } from './static-files.ts';

/** The only address that is listened on. */
const address = '127.0.0.1';

/** A page that answers no ping in this many milliseconds is gone, and its terminals must not hold programs back. */
const pingEvery = 20_000;

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export interface BrowserDoorOptions {
  readonly handlers: Handlers;
  /** Absolute path of the built renderer. */
  readonly folder: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where refusals and defects go; a token never does. */
  readonly log: Logger;
}

export interface BrowserDoor {
  /** With the token in the fragment, which browsers send nowhere. It is worth a root password: it opens the container engine. */
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the door for browsers of this machine. @throws the system's error when the port is taken */
export async function openBrowserDoor(options: BrowserDoorOptions): Promise<BrowserDoor> {
  const { log } = options;
  const token = randomBytes(32).toString('base64url');
  const server = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    handleProtocols: () => subProtocol,
  });
  let host = '';

  const refused = (request: IncomingMessage, reason: string) => {
    const { method, url, headers: given } = request;
    log.warn({ reason, method, url, host: given.host, origin: given.origin }, 'refused');
  };
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'a request failed');
      response.destroy();
    });
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const refusal = refuseRequest(request, host);
    if (refusal) {
      refused(request, refusal.reason);
      end(response, refusal.status);
      return;
    }
    const file = await readStatic(options.folder, request.url ?? '/');
    if (!file) {
      refused(request, 'no such file');
      end(response, 404);
      return;
    }
    response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': file.body.length });
    response.end(file.body);
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = refuseUpgrade(request, host, token);
    if (!refusal) return sockets.handleUpgrade(request, socket, head, (webSocket) => welcome(webSocket, request));
    refused(request, refusal.reason);
    socket.end(
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
  });
  sockets.on('wsClientError', (error, socket, request) => {
    refused(request, error.message);
    socket.destroy();
  });
  const welcome = (webSocket: WebSocket, request: IncomingMessage) => {
    webSocket.on('error', (error) => refused(request, error.message));
    watchPulse(webSocket);
    serveClient(websocketTransport(webSocket), options.handlers, {
      onRefused: (reason) => refused(request, reason),
      onDefect: (error, call) => log.error({ err: error, call }, 'a handler failed'),
    });
  };

  server.listen(options.port, address);
  await once(server, 'listening');
  host = `${address}:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/#token=${token}`,
    close: async () => {
      for (const webSocket of sockets.clients) webSocket.close(1001, 'The backend ends.');
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      for (const webSocket of sockets.clients) webSocket.terminate();
      await closed;
    },
  };
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...headers, ...(status === 405 ? { allow: 'GET' } : {}) });
  response.end();
}

/** Ends a connection whose other side fell silent: a closed laptop never says goodbye. */
function watchPulse(webSocket: WebSocket): void {
  let answered = true;
  webSocket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return webSocket.terminate();
    answered = false;
    webSocket.ping();
  }, pingEvery);
  webSocket.once('close', () => clearInterval(timer));
}
