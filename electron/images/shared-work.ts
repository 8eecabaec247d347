/**
 * One piece of work that several may wait for, e.g. the build of one image. It starts with the first and is aborted when the last has
 * left; each sees the lines from when it came.
 */
export class SharedWork<T> {
  private readonly running = new Map<string, Running<T>>();

  /** Joins the work of that key, or starts it. Rejects with the signal's reason when this signal fires. */
  async join(
    key: string,
    work: (onLine: (line: string) => void, signal: AbortSignal) => Promise<T>,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<T> {
    signal.throwIfAborted();
    const running = this.running.get(key) ?? this.begin(key, work);
    // One entry for each who waits, also when two bring the same function.
    const waiting = (line: string) => onLine(line);
    running.listeners.add(waiting);
    let leave: (() => void) | undefined;
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => reject(signal.reason as Error);
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([running.result, left]);
    } finally {
      if (leave !== undefined) signal.removeEventListener('abort', leave);
      running.listeners.delete(waiting);
      if (running.listeners.size === 0 && this.running.get(key) === running) {
        this.running.delete(key);
        running.abort.abort();
        // Whoever cancels may rely on nothing being left behind: what the work does at its end is waited for.
        await running.result.then(ignore, ignore);
      }
    }
  }

  private begin(key: string, work: (onLine: (line: string) => void, signal: AbortSignal) => Promise<T>): Running<T> {
    const listeners = new Set<(line: string) => void>();
    const abort = new AbortController();
    const result = work((line) => {
      for (const listener of listeners) listener(line);
    }, abort.signal);
    const running = { listeners, abort, result };
    this.running.set(key, running);
    const over = () => {
      if (this.running.get(key) === running) this.running.delete(key);
    };
    result.then(over, over);
    return running;
  }
}

interface Running<T> {
  readonly listeners: Set<(line: string) => void>;
  readonly abort: AbortController;
  readonly result: Promise<T>;
}

function ignore(): void {
  // Already told to those who waited.
}
