import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { LabError, type WireError } from '../../shared/errors.ts';
import type { LabEvent } from '../../shared/event.ts';
import { terminalCredit } from '../../shared/rpc.ts';
import { RpcClient } from '../../shared/rpc-client.ts';
import type { Transport } from '../../shared/transport.ts';
import { deferred } from '../deferred.ts';
import type { TerminalSink } from './door.ts';
import { handlersWith, type Parts } from './handlers-for-tests.ts';
import { memoryTransports } from './memory-transport.ts';
import { portTransport } from './port-transport.ts';
import { serveClient } from './rpc-server.ts';
import { websocketTransport } from './websocket-transport.ts';

/** Near and far end of a pipe. */
type MakePipe = () => Promise<readonly [Transport, Transport]>;

const pipes: Record<string, MakePipe> = {
  memory: () => Promise.resolve(memoryTransports()),
  WebSocket: async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const accepted = once(server, 'connection') as Promise<[WebSocket]>;
    const near = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await once(near, 'open');
    const [far] = await accepted;
    return [websocketTransport(near), websocketTransport(far)];
  },
  MessagePort: () => {
    const { port1, port2 } = new MessageChannel();
    return Promise.resolve([portTransport(port1), portTransport(port2)]);
  },
};

const eventNamed = (action: string): LabEvent => ({
  timestamp: '2026-01-01T00:00:00.000Z',
  type: 'node',
  action,
  actor_id: 'id',
  actor_name: 'node-1',
  attributes: {},
});

describe.each(Object.entries(pipes))('RPC over %s', (_name, makePipe) => {
  async function connect(parts: Parts) {
    const [near, far] = await makePipe();
    const refused: string[] = [];
    const defects: string[] = [];
    serveClient(far, handlersWith(parts), {
      onRefused: (reason) => refused.push(reason),
      onDefect: (thrown) => defects.push(String(thrown)),
    });
    return { near, refused, defects };
  }
  async function client(parts: Parts) {
    const { near, refused, defects } = await connect(parts);
    const rpc = new RpcClient(near);
    onTestFinished(() => rpc.close());
    return { rpc, refused, defects };
  }

  it('carries a call and its answer, many at once and each to its own', async () => {
    const { rpc } = await client({
      calls: { 'lab.script': async (input) => ({ script: 'lab' in input ? `# ${input.lab}` : '' }) },
    });
    const scripts = await Promise.all(['a', 'b', 'c'].map((lab) => rpc.call('lab.script', { lab })));
    expect(scripts).toEqual([{ script: '# a' }, { script: '# b' }, { script: '# c' }]);
  });

  it('carries an error with all a screen needs, and a defect as internal', async () => {
    const { rpc, defects } = await client({
      calls: {
        'lab.destroy': async () => {
          throw new LabError('input/unknown', 'No such lab.', { fix: 'quorate list', field: 'lab', detail: 'raw' });
        },
        'run.keep': async () => {
          throw new TypeError('x is undefined');
        },
      },
    });
    await expect(rpc.call('lab.destroy', { lab: 'x' })).rejects.toMatchObject({
      code: 'input/unknown',
      message: 'No such lab.',
      fix: 'quorate list',
      field: 'lab',
      detail: 'raw',
    });
    await expect(rpc.call('run.keep', { runId: 'x' })).rejects.toMatchObject({ code: 'internal' });
    expect(defects).toEqual(['TypeError: x is undefined']);
  });

  it.each([
    ['lab.destroy', { lab: 1 }, 'input/invalid', 'lab'],
    ['lab.destroy', {}, 'input/invalid', 'lab'],
    ['lab.destroy', { lab: 'a', other: 1 }, 'input/invalid', 'other'],
    ['lab.deploy', { recipe: 'microovn', settings: { timer: {} } }, 'input/invalid', 'settings.timer'],
    ['node.act', { lab: 'a', node: 'b', action: 'explode' }, 'input/invalid', 'action'],
    ['terminal.resize', { terminalId: 'a', cols: 1e9, rows: 24 }, 'input/invalid', 'cols'],
    ['terminal.resize', { terminalId: 'a', cols: 80.5, rows: 24 }, 'input/invalid', 'cols'],
    ['lab.destroy', 'text', 'input/invalid', undefined],
    ['lab.destroy', null, 'input/invalid', undefined],
    ['toString', {}, 'input/unknown', undefined],
    ['__proto__', {}, 'input/unknown', undefined],
  ])('refuses %s with %j before any handler sees it', async (name, input, code, field) => {
    const { rpc } = await client({});
    // What a page of ours cannot send is sent on purpose.
    const call = rpc.call(name as 'lab.destroy', input as { lab: string });
    await expect(call).rejects.toMatchObject({ code, field });
  });

  it('cancels a call: at once for the caller, by signal for the handler', async () => {
    const aborted = deferred<void>();
    const started = deferred<void>();
    const { rpc } = await client({
      calls: {
        'lab.inspect': (_input, signal) =>
          new Promise((_resolve, reject) => {
            started.resolve();
            signal.addEventListener('abort', () => {
              aborted.resolve();
              reject(new LabError('cancelled', 'Cancelled.'));
            });
          }),
      },
    });
    const canceller = new AbortController();
    const call = rpc.call('lab.inspect', { lab: 'a' }, canceller.signal);
    await started.promise;
    canceller.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await aborted.promise;
  });

  it('pushes the present value at once and the last of many soon, and stops when unsubscribed', async () => {
    let push: (value: readonly []) => void = () => undefined;
    const closed = deferred<void>();
    const { rpc } = await client({
      topics: {
        runs: (_input, onValue) => {
          push = onValue;
          onValue([]);
          return closed.resolve;
        },
        labs: (_input, onValue) => {
          onValue([]);
          for (let at = 1; at <= 1000; at += 1) onValue([{ name: `lab-${at}` }] as unknown as readonly []);
          return () => undefined;
        },
      },
    });
    const names: string[] = [];
    const last = deferred<void>();
    rpc.subscribe('labs', {}, (labs) => {
      names.push(labs[0]?.name ?? 'none');
      if (names.at(-1) === 'lab-1000') last.resolve();
    });
    await last.promise;
    expect(names).toEqual(['none', 'lab-1000']);

    const values: unknown[] = [];
    const first = deferred<void>();
    const undo = rpc.subscribe('runs', {}, (runs) => {
      values.push(runs);
      first.resolve();
    });
    await first.promise;
    undo();
    await closed.promise;
    push([]);
    await delay(50);
    expect(values).toEqual([[]]);
  });

  it('loses no event, keeps their order, and sends the last ones before the end', async () => {
    const { rpc } = await client({
      topics: {
        events: (_input, push, end) => {
          for (let at = 0; at < 300; at += 1) push([eventNamed(String(at))]);
          end({ code: 'input/unknown', message: 'The lab is gone.' });
          return () => undefined;
        },
      },
    });
    const actions: string[] = [];
    const ended = await new Promise<WireError | null>((resolve) => {
      rpc.subscribe('events', { lab: 'a' }, (events) => actions.push(...events.map((event) => event.action)), resolve);
    });
    expect(ended).toEqual({ code: 'input/unknown', message: 'The lab is gone.' });
    expect(actions).toEqual(Array.from({ length: 300 }, (_, at) => String(at)));
  });

  it('ends a topic that throws, is unknown or misfed, with the error', async () => {
    const { rpc } = await client({
      topics: {
        lab: () => {
          throw new LabError('engine/unreachable', 'Nobody answers.');
        },
      },
    });
    const endOf = (name: 'lab', input: { lab: string }) =>
      new Promise<WireError | null>((resolve) => rpc.subscribe(name, input, () => undefined, resolve));
    expect(await endOf('lab', { lab: 'a' })).toMatchObject({ code: 'engine/unreachable' });
    expect(await endOf('nothing' as 'lab', { lab: 'a' })).toMatchObject({ code: 'input/unknown' });
    expect(await endOf('lab', {} as { lab: string })).toMatchObject({ code: 'input/invalid', field: 'lab' });
  });

  it('carries bytes of a terminal both ways unchanged, cuts a long paste, and gathers credits', async () => {
    const sent: { sink?: TerminalSink } = {};
    const input: Buffer[] = [];
    const acks: number[] = [];
    const complete = deferred<void>();
    const acked = deferred<void>();
    const { rpc } = await client({
      attach: (terminalId, sink) => {
        expect(terminalId).toBe('t-1');
        sent.sink = sink;
        sink.data(Uint8Array.from({ length: 256 }, (_, byte) => byte));
        return {
          write: (bytes) => {
            expect(bytes.length).toBeLessThanOrEqual(256 * 1024);
            input.push(Buffer.from(bytes));
            if (Buffer.concat(input).length === 3_000_000) complete.resolve();
          },
          ack: (byteCount) => {
            acks.push(byteCount);
            acked.resolve();
          },
          detach: () => undefined,
        };
      },
    });
    const output = deferred<Uint8Array>();
    const ended = deferred<WireError | null>();
    const stream = rpc.stream('t-1', output.resolve, ended.resolve);
    expect([...(await output.promise)]).toEqual(Array.from({ length: 256 }, (_, byte) => byte));

    const paste = Buffer.alloc(3_000_000, 'abc\0\xff', 'latin1');
    stream.write(paste);
    await complete.promise;
    expect(Buffer.concat(input).equals(paste)).toBe(true);

    for (let at = 0; at < 8; at += 1) stream.ack(terminalCredit.ackBytes / 8);
    await acked.promise;
    expect(acks).toEqual([terminalCredit.ackBytes]);

    sent.sink?.end(null);
    expect(await ended.promise).toBeNull();
  });

  it('cleans everything up when the client goes, and ends everything for the client', async () => {
    const cleaned: string[] = [];
    const all = deferred<void>();
    const clean = (what: string) => {
      cleaned.push(what);
      if (cleaned.length === 3) all.resolve();
    };
    const { rpc } = await client({
      calls: {
        'engine.look': (_input, signal) => new Promise(() => signal.addEventListener('abort', () => clean('call'))),
      },
      topics: {
        runs: (_input, push) => {
          push([]);
          return () => clean('topic');
        },
      },
      attach: (_id, sink) => {
        sink.data(new Uint8Array(1));
        return { write: () => undefined, ack: () => undefined, detach: () => clean('terminal') };
      },
    });
    const topicOpen = deferred<void>();
    const streamOpen = deferred<void>();
    const topicEnd = deferred<WireError | null>();
    const streamEnd = deferred<WireError | null>();
    const call = rpc.call('engine.look', {});
    rpc.subscribe('runs', {}, () => topicOpen.resolve(), topicEnd.resolve);
    rpc.stream('t', () => streamOpen.resolve(), streamEnd.resolve);
    await Promise.all([topicOpen.promise, streamOpen.promise]);
    rpc.close();
    await expect(call).rejects.toMatchObject({ code: 'door/closed' });
    expect(await topicEnd.promise).toMatchObject({ code: 'door/closed' });
    expect(await streamEnd.promise).toMatchObject({ code: 'door/closed' });
    await all.promise;
    expect(cleaned.sort()).toEqual(['call', 'terminal', 'topic']);
    await expect(rpc.call('engine.look', {})).rejects.toMatchObject({ code: 'door/closed' });
  });

  it.each([
    ['no JSON', '{"t":"call"', 'not JSON'],
    ['an unknown kind', '{"t":"eval","id":1}', 'none of ours'],
    ['a negative id', '{"t":"cancel","id":-1}', 'none of ours'],
    ['a further key', '{"t":"cancel","id":1,"x":1}', 'none of ours'],
    ['an array', '[]', 'none of ours'],
    ['an empty text', '', 'not JSON'],
    ['too few bytes', new Uint8Array([0, 1]), 'without a stream id'],
  ])('closes on %s and says why', async (_what, frame, reason) => {
    const { near, refused } = await connect({});
    const closed = new Promise((resolve) => near.onClose(resolve));
    near.onFrame(() => undefined);
    near.send(frame);
    await closed;
    expect(refused).toEqual([expect.stringContaining(reason)]);
  });

  it('closes on an id that is in use', async () => {
    const { near, refused } = await connect({ topics: { runs: () => () => undefined } });
    const closed = new Promise((resolve) => near.onClose(resolve));
    near.onFrame(() => undefined);
    near.send('{"t":"sub","id":7,"name":"runs","input":{}}');
    near.send('{"t":"sub","id":7,"name":"runs","input":{}}');
    await closed;
    expect(refused).toEqual([expect.stringContaining('in use')]);
  });
});
