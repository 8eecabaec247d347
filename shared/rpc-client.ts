import { fromWireError, LabError, toWireError, type WireError } from './errors.ts';
import {
  binaryHeaderBytes,
  terminalCredit,
  type CallInput,
  type CallName,
  type CallOutput,
  type CancelSignal,
  type Client,
  type ClientFrame,
  type ServerFrame,
  type TerminalStream,
  type TopicInput,
  type TopicName,
  type TopicValue,
} from './rpc.ts';
import type { Frame, Transport } from './transport.ts';

/** Largest piece of terminal input in one frame, in bytes: a long paste is cut, so that no frame meets the door's limit. */
const inputPieceBytes = 256 * 1024;

/** Something this side asked for and that the other side has not ended. */
interface Pending {
  value(value: unknown): void;
  bytes(bytes: Uint8Array): void;
  end(error: WireError | null): void;
}

const nothing = () => undefined;

/**
 * The client side of any door: the page, the desktop window, the command line and the tests hold one. It has the transport to itself.
 * When the transport closes, every call rejects and every topic and stream ends with `door/closed`.
 */
export class RpcClient implements Client {
  readonly #transport: Transport;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #closed: WireError | null = null;

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.onFrame((frame) => this.#receive(frame));
    transport.onClose((reason) => this.#end(reason === '' ? 'The connection to the backend was closed.' : reason));
  }

  /** @throws LabError as the handler threw it; `cancelled` at once when the signal fires, `door/closed` when the connection is lost */
  call<N extends CallName>(name: N, input: CallInput<N>, signal?: CancelSignal): Promise<CallOutput<N>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(fromWireError(this.#closed));
      if (signal?.aborted) return reject(new LabError('cancelled', 'Cancelled.'));
      const cancel = () => {
        this.#send({ t: 'cancel', id });
        this.#pending.get(id)?.end({ code: 'cancelled', message: 'Cancelled.' });
      };
      const settle = () => {
        this.#pending.delete(id);
        signal?.removeEventListener('abort', cancel);
      };
      const id = this.#open({
        value: (value) => {
          settle();
          resolve(value as CallOutput<N>);
        },
        bytes: nothing,
        end: (error) => {
          settle();
          reject(fromWireError(error ?? { code: 'internal', message: 'The call ended without an answer.' }));
        },
      });
      signal?.addEventListener('abort', cancel);
      this.#send({ t: 'call', id, name, input });
    });
  }

  subscribe<N extends TopicName>(
    name: N,
    input: TopicInput<N>,
    onValue: (value: TopicValue<N>) => void,
    onEnd: (error: WireError | null) => void = nothing,
  ): () => void {
    if (this.#closed) {
      onEnd(this.#closed);
      return nothing;
    }
    const id = this.#open({
      value: (value) => onValue(value as TopicValue<N>),
      bytes: nothing,
      end: (error) => {
        this.#pending.delete(id);
        onEnd(error);
      },
    });
    this.#send({ t: 'sub', id, name, input });
    return () => this.#drop(id);
  }

  stream(
    terminalId: string,
    onData: (bytes: Uint8Array) => void,
    onEnd: (error: WireError | null) => void,
  ): TerminalStream {
    if (this.#closed) {
      onEnd(this.#closed);
      return { write: nothing, ack: nothing, detach: nothing };
    }
    const id = this.#open({
      value: nothing,
      bytes: onData,
      end: (error) => {
        this.#pending.delete(id);
        onEnd(error);
      },
    });
    this.#send({ t: 'stream', id, terminalId });
    let unsentAck = 0;
    return {
      write: (bytes) => {
        for (let from = 0; from < bytes.length && this.#pending.has(id); from += inputPieceBytes)
          this.#transport.send(withStreamId(id, bytes.subarray(from, from + inputPieceBytes)));
      },
      ack: (byteCount) => {
        unsentAck += byteCount;
        if (unsentAck < terminalCredit.ackBytes || !this.#pending.has(id)) return;
        this.#send({ t: 'ack', id, bytes: unsentAck });
        unsentAck = 0;
      },
      detach: () => this.#drop(id),
    };
  }

  close(): void {
    this.#end('The connection to the backend was closed.');
    this.#transport.close();
  }

  #open(pending: Pending): number {
    this.#lastId += 1;
    this.#pending.set(this.#lastId, pending);
    return this.#lastId;
  }

  #drop(id: number): void {
    if (this.#pending.delete(id)) this.#send({ t: 'unsub', id });
  }

  #send(frame: ClientFrame): void {
    this.#transport.send(JSON.stringify(frame));
  }

  #receive(frame: Frame): void {
    if (typeof frame !== 'string') {
      this.#pending.get(streamId(frame))?.bytes(frame.subarray(binaryHeaderBytes));
      return;
    }
    // Only our own backend is at the other end; its frames are trusted.
    const message = JSON.parse(frame) as ServerFrame;
    const pending = this.#pending.get(message.id);
    if (message.t === 'ok' || message.t === 'value') pending?.value(message.value);
    else pending?.end(message.error);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = toWireError(new LabError('door/closed', reason));
    for (const pending of [...this.#pending.values()]) pending.end(this.#closed);
    this.#pending.clear();
  }
}

/** A binary frame: 4 bytes of stream id, big endian, then the bytes of the terminal. */
export function withStreamId(id: number, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(binaryHeaderBytes + bytes.length);
  new DataView(frame.buffer).setUint32(0, id);
  frame.set(bytes, binaryHeaderBytes);
  return frame;
}

/** Stream id of a binary frame; -1, which no stream has, for one that is too short to hold an id. */
export function streamId(frame: Uint8Array): number {
  if (frame.length < binaryHeaderBytes) return -1;
  return new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0);
}
