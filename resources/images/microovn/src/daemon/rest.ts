import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ApiError } from '../api.ts';
import { Refusal, wordsOf } from './refusal.ts';
import { log } from './log.ts';

/** What a handler gets; `params` holds what stood for `:x` in the path, decoded. */
export interface RestInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly request: IncomingMessage;
  /** Runs when the answer has left this node. */
  afterwards(work: () => void): void;
}

export type RestHandler = (input: RestInput) => Promise<unknown>;

const BODY_LIMIT = 1024 * 1024;

/** @param routes by `METHOD /path/:parameter` */
export function restListener(routes: Readonly<Record<string, RestHandler>>): RequestListener {
  const table = Object.entries(routes).map(([route, handler]) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, segments: path.split('/'), handler };
  });
  return (request, response) => {
    void answer(table, request, response);
  };
}

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: RestHandler;
}

async function answer(table: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://control.socket');
    const path = url.pathname.split('/').map(decodeURIComponent);
    const route = table.find(
      ({ method, segments }) =>
        method === request.method &&
        segments.length === path.length &&
        segments.every((segment, i) => segment.startsWith(':') || segment === path[i]),
    );
    if (route === undefined) throw new Refusal(404, 'Not Found');
    const params = Object.fromEntries(
      route.segments.flatMap((segment, i) => (segment.startsWith(':') ? [[segment.slice(1), path[i] ?? '']] : [])),
    );
    const body = await bodyOf(request);
    const value = await route.handler({
      params,
      query: Object.fromEntries(url.searchParams),
      body,
      request,
      afterwards: (work) => response.once('close', work),
    });
    send(response, 200, value ?? null);
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500;
    log(`rest: ${request.method ?? ''} ${request.url ?? ''}: ${status} ${wordsOf(error)}`);
    send(response, status, { error: wordsOf(error), code: status } satisfies ApiError);
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > BODY_LIMIT) throw new Refusal(413, 'Request body too large');
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString('utf8');
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal(400, 'Request body is not JSON');
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(value));
}
