import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeEngine } from '../../../test/fakes/fake-engine.ts';
import { NodeSockets } from '../node-sockets.ts';
import { askDaemon, type Question } from './ask-daemon.ts';

/** The relay runs on this machine instead of in a node, before a server of ours. */
let folder = '';
let sockets: NodeSockets;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-daemon-'));
  const engine = new FakeEngine();
  engine.images.add('i');
  engine.onAttach = (program) => {
    const [command = '', ...words] = program.command;
    const child = spawn(command, words);
    child.on('close', (code) => program.exit(code));
    child.stdout.on('data', (bytes: Buffer) => program.print(bytes));
    program.onInput((bytes) => child.stdin.write(bytes));
    program.onInputEnd(() => child.stdin.end());
  };
  const spec = { name: 'a', lab: 'a', node: 'node-1', image: 'i', networks: [], needs: [], labels: {} };
  const id = await engine.createNode(
    { ...spec, memoryMiB: 256, pids: 100, environment: {} },
    new AbortController().signal,
  );
  await engine.start(id);
  sockets = new NodeSockets(engine, id);
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(join(folder, 'sock'), resolve));
});

afterEach(() => {
  sockets.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const ask = (question: Partial<Question> = {}, name = 'sock') =>
  askDaemon(sockets, join(folder, name), { path: '/1.0', timeout: 5000, ...question });

test('asks by GET, or by POST with a body, and returns what the daemon says', async () => {
  answer = (request, response) =>
    void text(request).then((body) =>
      response.end(JSON.stringify({ type: 'sync', metadata: [request.method, request.url, body] })),
    );
  expect(await ask()).toEqual(['GET', '/1.0', '']);
  expect(await ask({ path: '/internal/sql', body: { query: 'ä' } })).toEqual([
    'POST',
    '/internal/sql',
    '{"query":"ä"}',
  ]);
});

test('an error is told in the daemon’s own words', async () => {
  answer = (_, response) =>
    response.writeHead(500).end('{"type":"error","error_code":500,"error":"Server is not clustered"}');
  await expect(ask()).rejects.toMatchObject({ code: 'source/unreadable', message: 'Server is not clustered' });
  answer = (_, response) => response.end('404 page not found');
  await expect(ask()).rejects.toMatchObject({ code: 'source/unreadable', detail: '404 page not found' });
});

test('what hangs is given up at the deadline, before its answer and within it', async () => {
  answer = () => undefined;
  const start = Date.now();
  await expect(ask({ timeout: 200 })).rejects.toMatchObject({
    code: 'source/silent',
    message: '/1.0 gave no answer within 0.2 s.',
  });
  answer = (_, response) => response.write('{"type":');
  await expect(ask({ timeout: 200 })).rejects.toMatchObject({ code: 'source/silent' });
  expect(Date.now() - start).toBeLessThan(3000);
});

test('where nobody listens, that is what it says, at once', async () => {
  await expect(ask({}, 'none')).rejects.toMatchObject({
    code: 'source/silent',
    message: expect.stringMatching(/nobody listens$/),
  });
});
