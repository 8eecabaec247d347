import { constants } from 'node:os';

/**
 * Fires at the first Ctrl-C, SIGTERM or SIGHUP, for an end in order. The second ends this process at once; labs then stay as they are,
 * to be finished or destroyed later.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
      controller.abort();
    });
  }
  return controller.signal;
}
