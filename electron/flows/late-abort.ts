/**
 * A signal that fires `grace` milliseconds after another: who asked the engine to make something waits for its answer also when cancelled, for
 * an engine goes on making what it was asked for when the one who asked has gone, and what comes after the undo would be left behind. `stop` when
 * the answer is there.
 */
export function lateAbort(signal: AbortSignal, grace: number): { readonly signal: AbortSignal; stop(): void } {
  const late = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  const wait = () => (timer = setTimeout(() => late.abort(signal.reason), grace));
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true });
  return {
    signal: late.signal,
    stop: () => {
      signal.removeEventListener('abort', wait);
      if (timer !== null) clearTimeout(timer);
    },
  };
}
