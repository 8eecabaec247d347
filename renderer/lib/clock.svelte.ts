import { createSubscriber } from 'svelte/reactivity';

/** The present time in milliseconds, reactive: what reads it is drawn anew every `everyMs` while it is on the screen, and only then. */
export function clock(everyMs: number): { readonly now: number } {
  const subscribe = createSubscriber((update) => {
    const timer = setInterval(update, everyMs);
    return () => clearInterval(timer);
  });
  return {
    get now() {
      subscribe();
      return Date.now();
    },
  };
}

/** For ages of a few seconds. */
export const tenths = clock(100);
/** For ages in minutes. */
export const seconds = clock(1000);
