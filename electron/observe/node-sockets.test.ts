import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, get } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeEngine } from '../../test/fakes/fake-engine.ts';
import { NodeSockets, type NodeSocket } from './node-sockets.ts';
import { relayProgram } from './relay-program.ts';

/** The program runs in Perl on this machine instead of in a node; all else is as in a lab. */
let folder = '';
let started = 0;
let running = 0;
let endNode = () => true;
const servers: Server[] = [];
const engine = new FakeEngine();
engine.images.add('i');
let nodeId = '';

engine.onAttach = (program) => {
  const [command = '', ...words] = program.command;
  const child = spawn(command, words);
  endNode = () => child.kill('SIGKILL');
  started++;
  running++;
  child.on('close', (code) => {
    running--;
    program.exit(code);
  });
  child.stdout.on('data', (bytes: Buffer) => program.print(bytes));
  child.stderr.on('data', (bytes: Buffer) => program.printError(bytes));
  program.onInput((bytes) => child.stdin.write(bytes));
  program.onInputEnd(() => child.stdin.end());
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-relay-'));
  started = 0;
  const signal = new AbortController().signal;
  nodeId = await engine.createNode(
    {
      name: folder,
      lab: 'a',
      node: 'node-1',
      image: 'i',
      networks: [],
      needs: [],
      memoryMiB: 256,
      pids: 100,
      environment: {},
      labels: {},
    },
    signal,
  );
  await engine.start(nodeId);
});

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await vi.waitFor(() => expect(running).toBe(0), 3000);
  rmSync(folder, { recursive: true });
});

async function listen(name: string, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onSocket);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(join(folder, name), resolve));
  return server;
}

function heard(socket: NodeSocket): { text: string; closed: string | null; absent: boolean } {
  const heard: ReturnType<typeof heardShape> = heardShape();
  socket.onText((text) => (heard.text += text));
  socket.onClose((reason) => (heard.closed = reason));
  socket.onAbsent(() => (heard.absent = true));
  return heard;
}
const heardShape = () => ({ text: '', closed: null as string | null, absent: false });

test('carries several sockets over one command, in order and whole', async () => {
  await listen('echo', (socket) => socket.pipe(socket));
  await listen('upper', (socket) => socket.on('data', (bytes) => socket.write(bytes.toString().toUpperCase())));
  const sockets = new NodeSockets(engine, nodeId);
  const [echo, upper] = [sockets.open(join(folder, 'echo')), sockets.open(join(folder, 'upper'))];
  const [fromEcho, fromUpper] = [heard(echo), heard(upper)];
  const big = '{"ä\n}'.repeat(60_000);
  echo.write(big);
  upper.write('hello');
  await vi.waitFor(() => expect([fromEcho.text.length, fromUpper.text]).toEqual([big.length, 'HELLO']), 5000);
  expect(fromEcho.text === big).toBe(true);
  expect(started).toBe(1);
  sockets.close();
  expect(fromEcho.closed).toBe('closed');
});

test('says that nobody listens, and reaches who listens later with what was written before', async () => {
  const sockets = new NodeSockets(engine, nodeId);
  const socket = sockets.open(join(folder, 'late'));
  const from = heard(socket);
  socket.write('early');
  await vi.waitFor(() => expect(from.absent).toBe(true), 3000);
  await listen('late', (peer) => peer.pipe(peer));
  await vi.waitFor(() => expect(from.text).toBe('early'), 3000);
  sockets.close();
});

test('tells the end of a peer, of one socket only', async () => {
  await listen('ends', (socket) => socket.end('bye'));
  await listen('stays', (socket) => socket.pipe(socket));
  const sockets = new NodeSockets(engine, nodeId);
  const [ends, stays] = [sockets.open(join(folder, 'ends')), sockets.open(join(folder, 'stays'))];
  const [fromEnds, fromStays] = [heard(ends), heard(stays)];
  await vi.waitFor(() => expect(fromEnds).toMatchObject({ text: 'bye', closed: 'end of file' }), 3000);
  stays.write('still here');
  await vi.waitFor(() => expect(fromStays).toMatchObject({ text: 'still here', closed: null }), 3000);
  sockets.close();
});

test('closing one socket ends its connection and nothing else', async () => {
  let [connections, ended] = [0, false];
  await listen('one', (socket) => {
    connections++;
    socket.resume().on('end', () => (ended = true));
  });
  const sockets = new NodeSockets(engine, nodeId);
  sockets.open(join(folder, 'one')).close();
  const one = sockets.open(join(folder, 'one'));
  one.write('x');
  await vi.waitFor(() => expect(connections).toBe(1), 3000);
  one.close();
  await vi.waitFor(() => expect([ended, running]).toEqual([true, 1]), 3000);
  sockets.close();
});

test('all sockets end when the node does, and a new one starts the command again', async () => {
  await listen('echo', (socket) => socket.pipe(socket));
  const sockets = new NodeSockets(engine, nodeId);
  const first = heard(sockets.open(join(folder, 'echo')));
  await vi.waitFor(() => expect(started).toBe(1));
  await engine.kill(nodeId);
  endNode();
  await vi.waitFor(() => expect(first.closed).not.toBeNull(), 3000);
  const stopped = heard(sockets.open(join(folder, 'echo')));
  await vi.waitFor(() => expect(stopped.closed).toMatch(/not run/), 3000);
  await engine.start(nodeId);
  const next = sockets.open(join(folder, 'echo'));
  const fromNext = heard(next);
  next.write('back');
  await vi.waitFor(() => expect(fromNext.text).toBe('back'), 3000);
  sockets.close();
});

test('as a stream it carries Node’s own HTTP client, over a unix socket and over TCP to an address of the node’s own', async () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => i % 256);
  const server = () => {
    const made = createHttpServer((request, response) => response.end(request.url === '/big' ? bytes : 'small'));
    servers.push(made);
    return made;
  };
  await new Promise<void>((resolve) => server().listen(join(folder, 'http'), resolve));
  const tcp = server();
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const sockets = new NodeSockets(engine, nodeId);
  const fetched = (socket: string, path: string) =>
    new Promise<Buffer>((resolve, reject) =>
      get({ path, createConnection: () => sockets.stream(socket) }, (response) => resolve(buffer(response))).on(
        'error',
        reject,
      ),
    );
  const own = `tcp:127.0.0.1:${(tcp.address() as AddressInfo).port}`;
  const answers = await Promise.all([fetched(join(folder, 'http'), '/big'), fetched(own, '/big'), fetched(own, '/')]);
  expect(answers.map((answer) => answer.equals(Buffer.from(bytes)))).toEqual([true, true, false]);
  expect(answers[2]?.toString()).toBe('small');
  await expect(fetched(join(folder, 'nobody'), '/')).rejects.toThrow(/nobody listens/);
  await expect(fetched('tcp:127.0.0.1:1', '/')).rejects.toThrow(/refused/);
  // An address that is not the node's own: nothing is sent there.
  await expect(fetched('tcp:192.0.2.1:80', '/')).rejects.toThrow(/assign requested address/);
  expect(started).toBe(1);
  sockets.close();
});

test('reads a file whole, and says why it cannot', async () => {
  writeFileSync(join(folder, 'some'), Buffer.from([0, 255, 10, 13, 0]));
  const sockets = new NodeSockets(engine, nodeId);
  const read = (name: string) => buffer(sockets.stream(`file:${join(folder, name)}`));
  expect([...(await read('some'))]).toEqual([0, 255, 10, 13, 0]);
  await expect(read('none')).rejects.toThrow(/No such file/);
  sockets.close();
});

test('the relay ends by itself when its input stays open and nobody answers its hello', async () => {
  const ends = async (answer: string) => {
    const child = spawn('perl', ['-e', relayProgram, '1'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const first = new Promise<string>((resolve) =>
      child.stdout.once('data', (bytes: Buffer) => resolve(String(bytes))),
    );
    const ended = new Promise<boolean>((resolve) => {
      child.once('close', () => resolve(true));
      setTimeout(() => resolve(false), 4000);
    });
    expect(await first).toBe('H 0 0\n');
    child.stdin.write(answer);
    const over = await ended;
    child.stdin.end();
    return over;
  };
  expect(await Promise.all([ends('O 1 10\n/not/there'), ends('H 0 0\n')])).toEqual([true, false]);
});

test('what the engine prints in place of the relay ends the sockets, with its words', async () => {
  const usual = engine.onAttach;
  engine.onAttach = (program) =>
    void setImmediate(() => program.print(Buffer.from('OCI runtime exec failed: no such process\n')));
  const sockets = new NodeSockets(engine, nodeId);
  const reason = new Promise<string>((resolve) => sockets.open('/run/x.sock').onClose(resolve));
  expect(await reason).toBe('OCI runtime exec failed: no such process');
  sockets.close();
  engine.onAttach = usual;
});
