import type { Timers } from '../../shared/ovsdb/session.ts';

/** Node's timers for the sessions of `shared/ovsdb`. They do not keep the process alive. */
export const nodeTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
