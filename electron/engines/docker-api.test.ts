import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DockerApi } from './docker-api.ts';

let folder: string;
let server: Server;
let api: DockerApi;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorate-api-'));
  server = createServer((request, response) => answer(request, response));
  server.listen(join(folder, 'engine.sock'));
  await once(server, 'listening');
  api = new DockerApi(join(folder, 'engine.sock'));
});

afterEach(async () => {
  api.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const call = { method: 'GET', path: '/x', what: 'do it' } as const;

it('sends a query and a body as the API wants them, and reads the answer', async () => {
  answer = (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { 'content-type': type } = request.headers;
      response.end(JSON.stringify({ url: request.url, type, body: Buffer.concat(pieces).toString() }));
    });
  };
  const query = { all: true, filters: { label: ['a=b'] } };
  expect(await api.json({ ...call, method: 'POST', query, body: { Name: 'ü' } })).toEqual({
    url: '/x?all=true&filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D',
    type: 'application/json',
    body: '{"Name":"ü"}',
  });
});

it('takes an answer that says nothing for an empty object, and only the statuses it is told for success', async () => {
  answer = (_request, response) => void response.end('OK\n');
  expect(await api.json(call)).toEqual({});
  answer = (_request, response) => void response.writeHead(304).end();
  expect(await api.json({ ...call, accept: [304] })).toEqual({});
  await expect(api.json(call)).rejects.toMatchObject({ code: 'engine/refused' });
});

it('keeps the words of a refusal, of a stream too', async () => {
  answer = (_request, response) => void response.writeHead(404).end('{"message":"No such container: c898"}\n');
  const refusal = { code: 'engine/not-found', detail: 'No such container: c898' };
  await expect(api.json(call)).rejects.toMatchObject(refusal);
  await expect(api.stream(call)).rejects.toMatchObject(refusal);
  await expect(api.hijack(call)).rejects.toMatchObject(refusal);
});

it('gives up at the deadline, also in the middle of an answer, and says what was asked', async () => {
  answer = (_request, response) => void response.write('{"half":');
  await expect(api.json({ ...call, timeout: 50 })).rejects.toMatchObject({
    code: 'engine/unreachable',
    message: 'The container engine did not answer within 0.05 s (do it).',
  });
});

it('cancels by the signal and tells the engine by closing the connection', async () => {
  const abort = new AbortController();
  const closed = new Promise<void>((resolve) => {
    answer = (request) => {
      request.socket.once('close', () => resolve());
      abort.abort();
    };
  });
  await expect(api.json({ ...call, signal: abort.signal })).rejects.toMatchObject({ code: 'cancelled' });
  await closed;
});

it('uses one connection for calls one after the other', async () => {
  let connections = 0;
  server.on('connection', () => connections++);
  answer = (_request, response) => void response.end('{}');
  for (let asked = 0; asked < 5; asked++) await api.json(call);
  expect(connections).toBe(1);
});

it('hands over an upgraded connection with what came in the same piece as its head', async () => {
  server.on('upgrade', (_request, socket: Duplex) => {
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst ');
    socket.on('data', (bytes: Buffer) => socket.end(`heard ${bytes.toString()}`));
  });
  const socket = await api.hijack({ ...call, method: 'POST', body: {} });
  socket.write('me');
  let heard = '';
  for await (const bytes of socket) heard += String(bytes);
  expect(heard).toBe('first heard me');
});
