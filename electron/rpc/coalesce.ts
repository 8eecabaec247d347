/** A topic sends at most one value in so many milliseconds: 50 a second is more than a screen shows. */
const spacing = 20;

/** While more bytes than these wait on the transport, a topic keeps its newest value back: a slow page gets fewer values, not old ones. */
const laggingBytes = 256 * 1024;

export interface CoalesceOptions<V> {
  readonly send: (value: V) => void;
  /** Joins a value that was not sent yet with a newer one; replacing, or appending for batches. */
  readonly merge: (waiting: V, newer: V) => V;
  /** Bytes that wait on the transport. */
  readonly buffered: () => number;
}

/** Sends the first value at once and joins those that follow closely. `close` drops what waits; `flush` sends it at once. */
export function coalesce<V>(options: CoalesceOptions<V>): { push(value: V): void; flush(): void; close(): void } {
  let waiting: { value: V } | null = null;
  let timer: NodeJS.Timeout | null = null;

  const flush = () => {
    if (!waiting) return;
    const { value } = waiting;
    waiting = null;
    options.send(value);
  };
  const tick = () => {
    timer = null;
    if (!waiting) return;
    if (options.buffered() <= laggingBytes) flush();
    timer = setTimeout(tick, spacing);
  };
  return {
    push: (value) => {
      waiting = { value: waiting ? options.merge(waiting.value, value) : value };
      if (timer === null) tick();
    },
    flush,
    close: () => {
      waiting = null;
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
