import { LabError } from '../errors.ts';
import { JsonStream } from './json-stream.ts';

/** A connected byte stream as text: a socket in a node, a relay to one, or a test double. */
export interface TextStream {
  write(text: string): void;
  onText(listener: (text: string) => void): void;
  /** Comes once, also when the stream was closed from this side. */
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

interface Waiting {
  resolve(result: Json): void;
  reject(error: LabError): void;
  stop(): void;
}

/** Timers of the host; `shared/` has neither Node nor DOM. */
export interface Timers {
  after(ms: number, run: () => void): () => void;
}

/**
 * One JSON-RPC 1.0 session (RFC 7047 section 4) over a stream: with an ovsdb-server, or with the unixctl socket of any OVS or
 * OVN daemon (`ovs-appctl` speaks the same). Answers the server's `echo`; every call has a deadline.
 */
export class JsonRpcSession {
  #nextId = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #parser = new JsonStream();
  readonly #closed: string[] = [];
  #onNotify: (method: string, params: Json) => void = () => {};
  readonly #onClose = new Set<(reason: string) => void>();

  constructor(
    readonly name: string,
    private readonly stream: TextStream,
    private readonly timers: Timers,
  ) {
    stream.onText((text) => this.#receive(text));
    stream.onClose((reason) => this.#end(reason));
  }

  get closed(): boolean {
    return this.#closed.length > 0;
  }

  onNotify(listener: (method: string, params: Json) => void): void {
    this.#onNotify = listener;
  }

  onClose(listener: (reason: string) => void): void {
    const reason = this.#closed[0];
    if (reason === undefined) this.#onClose.add(listener);
    else listener(reason);
  }

  /**
   * @param timeout milliseconds
   * @throws LabError 'source/silent' at the deadline or when the stream ends, 'source/unreadable' when the peer answers with an error
   */
  call(method: string, params: Json, timeout: number): Promise<Json> {
    return new Promise((resolve, reject) => {
      const ended = this.#closed[0];
      if (ended !== undefined) {
        reject(new LabError('source/silent', `${this.name} is closed: ${ended}`));
        return;
      }
      const id = this.#nextId++;
      const stop = this.timers.after(timeout, () => {
        this.#waiting.delete(id);
        reject(new LabError('source/silent', `${this.name} did not answer ${method} within ${timeout} ms`));
      });
      this.#waiting.set(id, { resolve, reject, stop });
      this.stream.write(JSON.stringify({ method, params, id }));
    });
  }

  close(): void {
    this.stream.close();
    this.#end('closed');
  }

  #receive(text: string): void {
    let messages: unknown[];
    try {
      messages = this.#parser.push(text);
    } catch {
      this.#end('sent what is not JSON');
      this.stream.close();
      return;
    }
    for (const message of messages)
      this.#handle(message as { id?: Json; method?: string; params?: Json; result?: Json; error?: Json });
  }

  #handle(message: { id?: Json; method?: string; params?: Json; result?: Json; error?: Json }): void {
    if (message.method === 'echo' && message.id !== null && message.id !== undefined) {
      this.stream.write(JSON.stringify({ id: message.id, result: message.params ?? [], error: null }));
    } else if (message.method !== undefined) this.#onNotify(message.method, message.params ?? []);
    else if (typeof message.id === 'number') {
      const waiting = this.#waiting.get(message.id);
      if (waiting === undefined) return;
      this.#waiting.delete(message.id);
      waiting.stop();
      if (message.error === null || message.error === undefined) waiting.resolve(message.result ?? null);
      else {
        const text = typeof message.error === 'string' ? message.error : JSON.stringify(message.error);
        waiting.reject(new LabError('source/unreadable', `${this.name}: ${text.trim()}`, { detail: text }));
      }
    }
  }

  #end(reason: string): void {
    if (this.closed) return;
    this.#closed.push(reason);
    for (const waiting of this.#waiting.values()) {
      waiting.stop();
      waiting.reject(new LabError('source/silent', `${this.name} is closed: ${reason}`));
    }
    this.#waiting.clear();
    for (const listener of this.#onClose) listener(reason);
  }
}
