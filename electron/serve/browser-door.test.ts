import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { RpcClient } from '../../shared/rpc-client.ts';
import { handlersWith } from '../rpc/handlers-for-tests.ts';
import { websocketTransport } from '../rpc/websocket-transport.ts';
import { contentSecurityPolicy } from '../security-policy.ts';
import { openBrowserDoor } from './browser-door.ts';

let origin = '';
let host = '';
let port = 0;
let token = '';
let logged: { reason?: string }[] = [];

beforeEach(async () => {
  const above = mkdtempSync(join(tmpdir(), 'door-'));
  const folder = join(above, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(above, 'secret.json'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<title>Quorate</title>');
  writeFileSync(join(folder, 'assets', 'a.js'), 'export {}');
  writeFileSync(join(folder, 'notes.md'), 'no type of ours');
  symlinkSync(join(above, 'secret.json'), join(folder, 'link.json'));
  logged = [];
  const log = pino({}, { write: (line) => void logged.push(JSON.parse(line) as { reason?: string }) });
  const handlers = handlersWith({ calls: { 'lab.script': async () => ({ script: '#!/bin/sh' }) } });
  const door = await openBrowserDoor({ handlers, folder, port: 0, log });
  const url = new URL(door.url);
  origin = url.origin;
  host = url.host;
  port = Number(url.port);
  token = url.hash.slice('#token='.length);
  return async () => {
    await door.close();
    rmSync(above, { recursive: true });
  };
});

/** Status line, headers and body as they come, for requests no client library would send. */
async function raw(request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request.replaceAll('\n', '\r\n'));
  return text(socket);
}

const get = (target: string, method = 'GET', hostHeader = host) =>
  raw(`${method} ${target} HTTP/1.1\nHost: ${hostHeader}\nConnection: close\n\n`);

function dial(protocols: string[], options: ClientOptions = { origin }, path = '/rpc'): WebSocket {
  const socket = new WebSocket(`ws://${host}${path}`, protocols, options);
  onTestFinished(() => socket.terminate());
  return socket;
}

/** Status with which an upgrade is refused. */
async function refusal(socket: WebSocket): Promise<number> {
  const [error] = (await once(socket, 'error')) as [Error];
  return Number(/server response: (\d+)/.exec(error.message)?.[1]);
}

const reasons = () => logged.map((line) => line.reason);

it('serves the page with every header, to this host alone', async () => {
  const page = await fetch(origin);
  expect([page.status, await page.text()]).toEqual([200, '<title>Quorate</title>']);
  expect(Object.fromEntries(page.headers)).toMatchObject({
    'content-security-policy': contentSecurityPolicy,
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  expect(page.headers.get('set-cookie')).toBeNull();
  const script = await fetch(`${origin}/assets/a.js?v=1`);
  expect([script.headers.get('content-type'), await script.text()]).toEqual([
    'text/javascript; charset=utf-8',
    'export {}',
  ]);
});

it.each(['evil.example', 'localhost', '127.0.0.1', '127.0.0.1:1', '', '[::1]'])('refuses host %j', async (foreign) => {
  expect(await get('/', 'GET', foreign)).toMatch(/^HTTP\/1.1 421 /);
  expect(reasons()).toEqual(['foreign host']);
});

it('refuses a request without a host', async () => {
  expect(await raw('GET / HTTP/1.0\n\n')).toMatch(/^HTTP\/1.1 421 /);
});

it.each([
  '/../secret.json',
  '/%2e%2e/secret.json',
  '/%2E%2E%2Fsecret.json',
  '/..%2fsecret.json',
  '/%252e%252e/secret.json',
  '/assets/../../secret.json',
  '/..\\secret.json',
  '/%5c..%5csecret.json',
  '//../secret.json',
  '/link.json',
  '/index.html%00.js',
  '/assets',
  '/assets/',
  '/notes.md',
  '/absent.js',
  '/%zz',
  'secret.json',
])('finds nothing at %s', async (target) => {
  const answer = await get(target);
  expect(answer).toMatch(/^HTTP\/1.1 40[04] /);
  expect(answer).not.toContain('secret\n');
  expect(answer.split('\r\n\r\n')[1] ?? '').not.toContain('secret');
});

it.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PATCH'])('refuses the method %s', async (method) => {
  expect(await get('/', method)).toMatch(/^HTTP\/1.1 405 /);
  expect(reasons()).toEqual(['method']);
});

it('answers calls of a page with the token, and sends the token nowhere', async () => {
  const socket = dial(['quorate', `token.${token}`]);
  await once(socket, 'open');
  expect(socket.protocol).toBe('quorate');
  const rpc = new RpcClient(websocketTransport(socket));
  expect(await rpc.call('lab.script', { recipe: 'microovn' })).toEqual({ script: '#!/bin/sh' });
  expect(JSON.stringify(logged)).not.toContain(token);
});

it.each([
  ['a foreign origin', { origin: 'http://evil.example' }, 403],
  ['the same host on another port', { origin: 'http://127.0.0.1:1' }, 403],
  ['the origin of a file', { origin: 'null' }, 403],
  ['https of the same host', { origin: 'https://HOST' }, 403],
  ['no origin', {}, 403],
  ['a foreign host', { origin: 'http://HOST', headers: { host: 'evil.example' } }, 421],
])('refuses an upgrade with %s', async (_what, options: ClientOptions, status) => {
  const filled = options.origin === undefined ? options : { ...options, origin: options.origin.replace('HOST', host) };
  expect(await refusal(dial(['quorate', `token.${token}`], filled))).toBe(status);
  expect(logged).toHaveLength(1);
});

it.each([
  ['no protocol', [], 400],
  ['another protocol', ['mqtt', 'token.TOKEN'], 400],
  ['no token', ['quorate'], 401],
  ['an empty token', ['quorate', 'token.'], 401],
  ['a wrong token', ['quorate', `token.${'A'.repeat(43)}`], 401],
  ['half the token', ['quorate', 'token.HALF'], 401],
])('refuses an upgrade with %s', async (_what, protocols, status) => {
  const filled = protocols.map((name) => name.replace('TOKEN', token).replace('HALF', token.slice(0, 20)));
  expect(await refusal(dial(filled))).toBe(status);
  expect(logged).toHaveLength(1);
  expect(JSON.stringify(logged)).not.toContain(token);
});

it('refuses an upgrade on another path', async () => {
  expect(await refusal(dial(['quorate', `token.${token}`], { origin }, '/other'))).toBe(404);
});

it.each([
  ['an oversized frame', Buffer.alloc(1024 * 1024 + 1), 1009, 'Max payload size exceeded'],
  ['an oversized text', 'x'.repeat(1024 * 1024 + 1), 1009, 'Max payload size exceeded'],
  ['a malformed frame', '{"t":"call","id":', 1005, 'A frame that is not JSON.'],
  ['a frame that is none of ours', '{"t":"shell","id":1}', 1005, expect.stringContaining('none of ours')],
])('closes and logs on %s', async (_what, frame, code, reason) => {
  const socket = dial(['quorate', `token.${token}`]);
  await once(socket, 'open');
  socket.send(frame);
  expect((await once(socket, 'close'))[0]).toBe(code);
  expect(reasons()).toEqual([reason]);
});

it('closes on bytes that are no WebSocket frame', async () => {
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `GET /rpc HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: quorate, token.${token}\r\n\r\n`,
  );
  await once(socket, 'data');
  socket.write(Buffer.alloc(64, 0xff));
  await once(socket.resume(), 'close');
  expect(logged).toHaveLength(1);
});

it('ends connections when it closes', async () => {
  const log = pino({ enabled: false });
  const door = await openBrowserDoor({ handlers: handlersWith({}), folder: tmpdir(), port: 0, log });
  const url = new URL(door.url);
  const socket = new WebSocket(`ws://${url.host}/rpc`, ['quorate', `token.${url.hash.slice(7)}`], {
    origin: url.origin,
  });
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await door.close();
  await closed;
  await expect(fetch(url.origin)).rejects.toThrow();
});
