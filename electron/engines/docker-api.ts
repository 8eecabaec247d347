import { Agent } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { LabError } from '../../shared/errors.ts';
import { toEngineError } from './docker-errors.ts';

/** One request to the engine's HTTP API. */
export interface EngineCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without version and query, e.g. `/containers/json`. */
  readonly path: string;
  /** Objects are sent as JSON, as the API wants for `filters`. */
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: object;
  /** Sent as it is, in place of a JSON body. */
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

/** The part of docker-modem used here (docker-modem 5.0.7 lib/modem.js `dial`). */
interface Modem {
  dial(options: object, callback: (error: unknown, data: unknown) => void): void;
}

/** The engine's HTTP API over one socket: every request with a deadline and a signal, every failure a LabError. */
export class DockerApi {
  private constructor(
    private readonly modem: Modem,
    private readonly agent: Agent,
  ) {}

  /** @param socketPath unix socket or Windows named pipe; nothing is sent yet */
  static async open(socketPath: string): Promise<DockerApi> {
    // Loading dockerode takes longer than everything else the backend loads: not before an engine is looked for.
    const { default: Docker } = await import('dockerode');
    const agent = new Agent({ keepAlive: true, maxFreeSockets: 8, scheduling: 'lifo' });
    // `host: undefined` keeps a DOCKER_HOST from the environment out: which engine it is, is decided before.
    const options = { socketPath, agent, host: undefined };
    const modem: unknown = new Docker(options as object).modem;
    return new DockerApi(modem as Modem, agent);
  }

  /** The whole answer, parsed. */
  async json<T>(call: EngineCall): Promise<T> {
    return (await this.dial(call, {})) as T;
  }

  /** The answer as it comes. Abort with `signal`, or destroy it. */
  async stream(call: EngineCall): Promise<IncomingMessage> {
    return (await this.dial(call, { isStream: true })) as IncomingMessage;
  }

  /** The connection itself, upgraded to raw bytes both ways. */
  async hijack(call: EngineCall): Promise<Socket> {
    return (await this.dial(call, { isStream: true, hijack: true, openStdin: true })) as Socket;
  }

  close(): void {
    this.agent.destroy();
  }

  private async dial(call: EngineCall, mode: object): Promise<unknown> {
    const timeout = call.timeout ?? 30_000;
    const abort = new AbortController();
    // docker-modem words every request for its debug output, also when nobody reads it: inspecting a signal costs 2.5 ms.
    Object.defineProperty(abort.signal, inspect.custom, { value: () => 'AbortSignal' });
    const cancel = () => abort.abort();
    if (isAborted(call.signal)) throw cancelled();
    call.signal?.addEventListener('abort', cancel, { once: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort.abort();
    }, timeout);
    const statusCodes: Record<number, boolean> = { 200: true, 201: true, 204: true };
    for (const status of call.accept ?? []) statusCodes[status] = true;
    try {
      return await new Promise((resolve, reject) => {
        this.modem.dial(
          {
            method: call.method,
            path: call.query === undefined ? call.path : `${call.path}?`,
            options: { _query: call.query ?? {}, _body: call.body ?? {} },
            ...(call.file === undefined ? {} : { file: call.file }),
            statusCodes,
            abortSignal: abort.signal,
            ...mode,
          },
          (error, data) => (error === null || error === undefined ? resolve(data) : reject(toError(error))),
        );
      });
    } catch (error) {
      if (isAborted(call.signal)) throw cancelled();
      if (late) {
        const message = `The container engine did not answer within ${timeout / 1000} s (${call.what}).`;
        throw new LabError('engine/unreachable', message, { cause: error });
      }
      throw toEngineError(error, call.what, call.subnet);
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', cancel);
    }
  }
}

function cancelled(): LabError {
  return new LabError('cancelled', 'Cancelled.');
}

/** A function, because the compiler takes a property that was read before an await for unchanged. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
