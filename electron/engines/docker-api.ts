import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { LabError } from '../../shared/errors.ts';
import { EngineAnswer, toEngineError } from './docker-errors.ts';

/** One request to the engine's HTTP API. */
export interface EngineCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without version and query, e.g. `/containers/json`. */
  readonly path: string;
  /** Objects are sent as JSON, as the API wants for `filters`. */
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: object;
  /** A tar, sent as it is in place of a JSON body. */
  readonly file?: NodeJS.ReadableStream | Buffer;
  /** What is done, for messages, e.g. `start the node`. */
  readonly what: string;
  /** Statuses that are success here beside 200, 201 and 204. */
  readonly accept?: readonly number[];
  /** Milliseconds until the answer (of a stream: until it begins). Default 30 000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Named in the error when the engine finds it taken. */
  readonly subnet?: string;
}

const success: readonly number[] = [200, 201, 204];

/** The engine's HTTP API over one socket: every request with a deadline and a signal, every failure a LabError. */
export class DockerApi {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 8, scheduling: 'lifo' });

  /** @param socketPath unix socket or Windows named pipe; nothing is sent yet */
  constructor(private readonly socketPath: string) {}

  /** The whole answer, parsed; one that says nothing is an empty object (Docker sends no body, Podman `OK`). */
  json<T>(call: EngineCall): Promise<T> {
    return this.#answered(call, {}, async (sent) => {
      const text = await textOf(await response(sent, call));
      return (/^[[{]/.test(text) ? JSON.parse(text) : {}) as T;
    });
  }

  /** The answer as it comes. Abort with `signal`, or destroy it. */
  stream(call: EngineCall): Promise<IncomingMessage> {
    return this.#answered(call, {}, (sent) => response(sent, call));
  }

  /** The connection itself, upgraded to raw bytes both ways. */
  hijack(call: EngineCall): Promise<Socket> {
    return this.#answered(call, { connection: 'Upgrade', upgrade: 'tcp' }, (sent) => upgraded(sent, call));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #answered<T>(
    call: EngineCall,
    headers: Readonly<Record<string, string>>,
    read: (sent: ClientRequest) => Promise<T>,
  ): Promise<T> {
    const { signal, timeout = 30_000 } = call;
    if (signal?.aborted === true) throw cancelled();
    const sent = this.#send(call, headers);
    // What destroys a request is not always what its answer fails with.
    let stopped: LabError | null = null;
    const stop = (error: LabError) => {
      stopped = error;
      sent.destroy(error);
    };
    const cancel = () => stop(cancelled());
    const late = `The container engine did not answer within ${timeout / 1000} s (${call.what}).`;
    const timer = setTimeout(() => stop(new LabError('engine/unreachable', late)), timeout);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await read(sent);
    } catch (error) {
      throw toEngineError(stopped ?? error, call.what, call.subnet);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  #send(call: EngineCall, headers: Readonly<Record<string, string>>): ClientRequest {
    const { method, file } = call;
    const json = call.body === undefined ? null : Buffer.from(JSON.stringify(call.body));
    const type = file === undefined ? 'application/json' : 'application/tar';
    const whole = Buffer.isBuffer(file) ? file : json;
    const sent = request({
      socketPath: this.socketPath,
      agent: this.#agent,
      method,
      path: call.path + queryOf(call.query),
      headers: {
        ...headers,
        ...(json === null && file === undefined ? {} : { 'content-type': type }),
        ...(whole === null ? {} : { 'content-length': whole.length }),
      },
    });
    if (file === undefined || Buffer.isBuffer(file)) sent.end(whole ?? undefined);
    else file.on('error', (error) => sent.destroy(error)).pipe(sent);
    return sent;
  }
}

function queryOf(query: EngineCall['query']): string {
  if (query === undefined) return '';
  const words = Object.entries(query).map(([key, value]): [string, string] => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return `?${new URLSearchParams(words).toString()}`;
}

/** An answer of success, its body unread. @throws EngineAnswer for any other */
async function response(sent: ClientRequest, call: EngineCall): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).on('error', reject);
  });
  const status = answer.statusCode ?? 0;
  if (success.includes(status) || call.accept?.includes(status) === true) return answer;
  throw new EngineAnswer(status, await textOf(answer));
}

function upgraded(sent: ClientRequest, call: EngineCall): Promise<Socket> {
  return new Promise((resolve, reject) => {
    sent.once('upgrade', (_answer, socket: Socket, head: Buffer) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    response(sent, call).then(() => reject(new Error('the connection was not handed over')), reject);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function cancelled(): LabError {
  return new LabError('cancelled', 'Cancelled.');
}
