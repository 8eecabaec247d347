import { LabError, type WireError } from '../../shared/errors.ts';
import type {
  CallInput,
  CallName,
  CallOutput,
  CancelSignal,
  Client,
  TerminalStream,
  TopicInput,
  TopicName,
  TopicValue,
} from '../../shared/rpc.ts';
import { RpcClient } from '../../shared/rpc-client.ts';
import type { Transport } from '../../shared/transport.ts';

/** `connecting`: not answered yet since the page opened. `away`: did not come, or went. `refused`: it does not know this page. */
export type ConnectionState = 'connecting' | 'open' | 'away' | 'refused';

/** Opens a pipe to the backend. @throws LabError 'auth/refused' when it is there and refuses, 'door/closed' when it is not there */
export type Dial = () => Promise<Transport>;

/** Waits between attempts, in milliseconds; the last one repeats. */
const pauses = [250, 500, 1000, 2000] as const;

/**
 * The one client of the page. Survives the backend: topics open again by themselves when it comes back, so a screen sees the present
 * value once more; calls made before the first answer wait for it, calls made while it is away reject with `door/closed`.
 */
export class Connection implements Client {
  #state = $state.raw<ConnectionState>('connecting');
  #inner: Client | null = null;
  #attempts = 0;
  /** In a row: one alone may be a backend that was just coming up, or a network that changed under the page. */
  #refusals = 0;
  #closed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #topics: readonly (() => void)[] = [];
  #waiting: (() => void)[] = [];

  constructor(private readonly dial: Dial) {
    void this.#open();
  }

  /** Reactive. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** Tries at once instead of at the end of the present pause. */
  tryNow(): void {
    if (this.#state === 'open' || this.#state === 'connecting') return;
    clearTimeout(this.#retry);
    void this.#open();
  }

  async call<N extends CallName>(name: N, input: CallInput<N>, signal?: CancelSignal): Promise<CallOutput<N>> {
    if (this.#state === 'connecting') await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#inner === null) throw new LabError('door/closed', 'The backend of Quorate does not answer.');
    return this.#inner.call(name, input, signal);
  }

  subscribe<N extends TopicName>(
    name: N,
    input: TopicInput<N>,
    onValue: (value: TopicValue<N>) => void,
    onEnd: (error: WireError | null) => void = () => undefined,
  ): () => void {
    let undo: () => void = () => undefined;
    const open = () => {
      undo =
        this.#inner?.subscribe(name, input, onValue, (error) => {
          // A lost connection is not the end of the topic: it opens again with the connection.
          if (error?.code === 'door/closed') return;
          this.#drop(open);
          onEnd(error);
        }) ?? undo;
    };
    this.#topics = [...this.#topics, open];
    if (this.#inner !== null) open();
    return () => {
      this.#drop(open);
      undo();
    };
  }

  stream(
    terminalId: string,
    onData: (bytes: Uint8Array) => void,
    onEnd: (error: WireError | null) => void,
  ): TerminalStream {
    if (this.#inner !== null) return this.#inner.stream(terminalId, onData, onEnd);
    onEnd({ code: 'door/closed', message: 'The backend of Quorate does not answer.' });
    return { write: () => undefined, ack: () => undefined, detach: () => undefined };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#inner?.close();
  }

  #drop(open: () => void): void {
    this.#topics = this.#topics.filter((other) => other !== open);
  }

  async #open(): Promise<void> {
    try {
      const transport = await this.dial();
      if (this.#closed) return transport.close();
      const watched: Transport = {
        ...transport,
        onClose: (listener) =>
          transport.onClose((reason) => {
            this.#inner = null;
            listener(reason);
            if (!this.#closed) this.#lost('away');
          }),
      };
      this.#inner = new RpcClient(watched);
      this.#attempts = 0;
      this.#refusals = 0;
      this.#settle('open');
      for (const open of this.#topics) open();
    } catch (error) {
      if (!this.#closed) this.#lost(error instanceof LabError && error.code === 'auth/refused' ? 'refused' : 'away');
    }
  }

  #lost(state: 'away' | 'refused'): void {
    this.#settle(state);
    this.#refusals = state === 'refused' ? this.#refusals + 1 : 0;
    // A token that was refused again and again stays wrong.
    if (this.#refusals > pauses.length) return;
    const pause = pauses[Math.min(this.#attempts, pauses.length - 1)];
    this.#attempts += 1;
    this.#retry = setTimeout(() => void this.#open(), pause);
  }

  #settle(state: ConnectionState): void {
    this.#state = state;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
