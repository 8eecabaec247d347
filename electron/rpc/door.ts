import type { WireError } from '../../shared/errors.ts';
import type { CallInput, CallName, CallOutput, TopicInput, TopicName, TopicValue } from '../../shared/rpc.ts';

/** Where the bytes of a terminal go: one attached client. */
export interface TerminalSink {
  /** At most `terminalCredit.windowBytes` are unacknowledged at any time; the caller keeps to that. */
  data(bytes: Uint8Array): void;
  /** Comes once, when the terminal ends. */
  end(error: WireError | null): void;
}

/** What an attached client may do with its terminal. */
export interface TerminalSource {
  write(bytes: Uint8Array): void;
  /** So many bytes reached the screen: they may be sent anew. */
  ack(byteCount: number): void;
  detach(): void;
}

/** Starts to push: the present value at once, then each change. Returns its own undo; `end` comes at most once. */
export type Topic<N extends TopicName> = (
  input: TopicInput<N>,
  push: (value: TopicValue<N>) => void,
  end: (error: WireError | null) => void,
) => () => void;

/** What a door serves, complete: a missing or misnamed call or topic does not compile. Inputs were checked before. */
export interface Handlers {
  readonly calls: {
    /** The signal fires when the client cancels or goes away. */
    readonly [N in CallName]: (input: CallInput<N>, signal: AbortSignal) => Promise<CallOutput<N>>;
  };
  readonly topics: { readonly [N in TopicName]: Topic<N> };
  /** Joins a terminal that is open. @throws LabError 'input/unknown' */
  attach(terminalId: string, sink: TerminalSink): TerminalSource;
}
