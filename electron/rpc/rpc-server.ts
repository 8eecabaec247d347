import { LabError, toWireError, type WireError } from '../../shared/errors.ts';
import {
  binaryHeaderBytes,
  callSchemas,
  topicSchemas,
  type CallInput,
  type CallName,
  type ClientFrame,
  type ServerFrame,
  type TopicInput,
  type TopicName,
  type TopicValue,
} from '../../shared/rpc.ts';
import { streamId, withStreamId } from '../../shared/rpc-client.ts';
import type { Frame, Transport } from '../../shared/transport.ts';
import { coalesce } from './coalesce.ts';
import type { Handlers, TerminalSource } from './door.ts';
import { readFrame } from './read-frame.ts';
import { readInput } from './read-input.ts';

export interface ServeOptions {
  /** Called when a client broke the protocol, before its connection is closed. */
  readonly onRefused?: (reason: string) => void;
  /** Called with what a handler threw that is no LabError: a defect. */
  readonly onDefect?: (thrown: unknown, call: string) => void;
}

/** What a client has open under one id. */
interface Open {
  readonly kind: 'call' | 'topic' | 'stream';
  /** Undoes it; sends nothing. */
  readonly close: () => void;
  readonly source?: TerminalSource;
}

/**
 * Serves one client until its transport closes; then every call it has under way is cancelled, every topic closed, every terminal
 * detached (the shells stay, for the page may come back). Frames that break the protocol close the transport; inputs that break a
 * schema are answered with `input/invalid`.
 */
export function serveClient(transport: Transport, handlers: Handlers, options: ServeOptions = {}): void {
  const open = new Map<number, Open>();

  const send = (frame: ServerFrame) => transport.send(JSON.stringify(frame));
  const closeOne = (id: number) => {
    const one = open.get(id);
    open.delete(id);
    one?.close();
  };
  const end = (id: number, error: WireError | null) => {
    if (!open.has(id)) return;
    closeOne(id);
    send({ t: 'end', id, error });
  };
  /** Opens something that may end, or throw, before it is open. */
  const begin = (id: number, kind: 'topic' | 'stream', start: () => Omit<Open, 'kind'>) => {
    open.set(id, { kind, close: () => undefined });
    try {
      const started = start();
      if (open.has(id)) open.set(id, { kind, ...started });
      else started.close();
    } catch (thrown) {
      end(id, wireError(thrown, kind));
    }
  };
  const wireError = (thrown: unknown, name: string): WireError => {
    const wire = toWireError(thrown);
    if (wire.code === 'internal') options.onDefect?.(thrown, name);
    return wire;
  };

  const call = async (id: number, name: string, input: unknown) => {
    const canceller = new AbortController();
    open.set(id, { kind: 'call', close: () => canceller.abort() });
    try {
      const value = await answer(handlers, name, input, canceller.signal);
      if (open.delete(id)) send({ t: 'ok', id, value });
    } catch (thrown) {
      const error = wireError(thrown, name);
      if (open.delete(id)) send({ t: 'error', id, error });
    }
  };
  const subscribe = (id: number, name: string, input: unknown) =>
    begin(id, 'topic', () => {
      if (!isTopic(name)) throw new LabError('input/unknown', `There is no topic "${name}".`);
      const feed = coalesce<TopicValue<TopicName>>({
        send: (value) => send({ t: 'value', id, value }),
        merge: (waiting, newer) => (name === 'events' ? joinBatches(waiting, newer) : newer),
        buffered: () => transport.buffered(),
      });
      const undo = watch(handlers, name, input, feed.push, (error) => {
        feed.flush();
        end(id, error);
      });
      return {
        close: () => {
          undo();
          feed.close();
        },
      };
    });
  const stream = (id: number, terminalId: string) =>
    begin(id, 'stream', () => {
      const source = handlers.attach(terminalId, {
        data: (bytes) => transport.send(withStreamId(id, bytes)),
        end: (error) => end(id, error),
      });
      return { source, close: () => source.detach() };
    });

  const receive = (frame: ClientFrame) => {
    const isNew = frame.t === 'call' || frame.t === 'sub' || frame.t === 'stream';
    if (isNew && open.has(frame.id)) throw new LabError('input/invalid', 'A frame with an id that is in use.');
    if (frame.t === 'call') void call(frame.id, frame.name, frame.input);
    else if (frame.t === 'sub') subscribe(frame.id, frame.name, frame.input);
    else if (frame.t === 'stream') stream(frame.id, frame.terminalId);
    else if (frame.t === 'ack') open.get(frame.id)?.source?.ack(frame.bytes);
    else if ((open.get(frame.id)?.kind === 'call') === (frame.t === 'cancel')) closeOne(frame.id);
  };
  const receiveBytes = (frame: Uint8Array) => {
    if (frame.length < binaryHeaderBytes) throw new LabError('input/invalid', 'A binary frame without a stream id.');
    open.get(streamId(frame))?.source?.write(frame.subarray(binaryHeaderBytes));
  };

  transport.onFrame((frame: Frame) => {
    try {
      if (typeof frame === 'string') receive(readFrame(frame));
      else receiveBytes(frame);
    } catch (thrown) {
      options.onRefused?.(toWireError(thrown).message);
      transport.close();
    }
  });
  transport.onClose(() => {
    for (const id of [...open.keys()]) closeOne(id);
  });
}

function isCall(name: string): name is CallName {
  return Object.hasOwn(callSchemas, name);
}

function isTopic(name: string): name is TopicName {
  return Object.hasOwn(topicSchemas, name);
}

async function answer(handlers: Handlers, name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
  if (!isCall(name)) throw new LabError('input/unknown', `There is no call "${name}".`);
  // The schema belongs to the name; TypeScript cannot follow that through a union of names.
  const handler = handlers.calls[name] as (input: CallInput<CallName>, signal: AbortSignal) => Promise<unknown>;
  return handler(readInput(callSchemas[name], input), signal);
}

function watch(
  handlers: Handlers,
  name: TopicName,
  input: unknown,
  push: (value: TopicValue<TopicName>) => void,
  end: (error: WireError | null) => void,
): () => void {
  const topic = handlers.topics[name] as (
    input: TopicInput<TopicName>,
    push: (value: TopicValue<TopicName>) => void,
    end: (error: WireError | null) => void,
  ) => () => void;
  return topic(readInput(topicSchemas[name], input), push, end);
}

/** The `events` topic sends batches, and none may be lost. */
function joinBatches(waiting: TopicValue<TopicName>, newer: TopicValue<TopicName>): TopicValue<TopicName> {
  return [...(waiting as TopicValue<'events'>), ...(newer as TopicValue<'events'>)];
}
