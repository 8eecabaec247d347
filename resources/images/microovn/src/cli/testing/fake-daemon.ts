import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTROL_SOCKET, type ApiHandlers, type Endpoint } from '../../api.ts';
import { DaemonError } from '../command-error.ts';

/** A daemon for tests: an HTTP server on a control socket of its own that answers what the test says. */
export interface FakeDaemon {
  readonly stateDir: string;
  /** Every request so far, e.g. `PUT /1.0/service/switch?target=node-2` and its body as JSON when it has one. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts one. An endpoint without a handler answers 404; a handler fails by throwing a DaemonError. */
export async function startFakeDaemon(handlers: Partial<ApiHandlers>): Promise<FakeDaemon> {
  const stateDir = await mkdtemp(join(tmpdir(), 'fake-microovn-'));
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(handlers, requests, request, response);
  });
  await new Promise<void>((resolve) => server.listen(join(stateDir, CONTROL_SOCKET), resolve));
  return {
    stateDir,
    requests,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(stateDir, { recursive: true });
    },
  };
}

async function answer(
  handlers: Partial<ApiHandlers>,
  requests: string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  requests.push([request.method, request.url, text].filter((word) => word !== '').join(' '));
  const send = (status: number, value: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  const url = new URL(request.url ?? '/', 'http://control.socket');
  for (const [endpoint, handler] of Object.entries(handlers)) {
    const params = match(endpoint as Endpoint, request.method ?? '', url.pathname);
    if (params === null) continue;
    const input = { params, query: Object.fromEntries(url.searchParams), body: text === '' ? null : JSON.parse(text) };
    try {
      send(200, await (handler as (input: unknown) => Promise<unknown>)(input));
    } catch (thrown) {
      const [status, error] = thrown instanceof DaemonError ? [thrown.status, thrown.message] : [500, String(thrown)];
      send(status, { error, code: status });
    }
    return;
  }
  send(404, { error: 'not found', code: 404 });
}

function match(endpoint: Endpoint, method: string, path: string): Record<string, string> | null {
  const [wanted, template = ''] = endpoint.split(' ');
  const pattern = new RegExp(`^${template.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  const found = wanted === method ? pattern.exec(path) : null;
  if (found === null) return null;
  return Object.fromEntries(Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]));
}
