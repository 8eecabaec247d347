import type { Command } from '../command.ts';
import { CommandError } from '../command-error.ts';

/** Seconds between two questions (contract 1.10). */
const PERIOD = 0.5;

/** `microovn waitready` */
export const waitready: Command = {
  name: 'waitready',
  short: 'Wait until the daemon answers, member of a cluster or not',
  flags: [
    { name: 'timeout', shorthand: 't', kind: 'integer', usage: 'Give up after `SECONDS`; 0: never', fallback: '0' },
  ],
  run: async ({ daemon, flags }) => {
    const limit = flags.number('timeout');
    const deadline = limit > 0 ? performance.now() + limit * 1000 : Infinity;
    for (;;) {
      try {
        const left = (deadline - performance.now()) / 1000;
        await daemon.call('GET /core/1.0/ready', { timeout: Math.max(PERIOD, Math.min(left, 30)) });
        return;
      } catch (thrown) {
        if (!(thrown instanceof CommandError)) throw thrown;
        if (performance.now() + PERIOD * 1000 >= deadline) {
          throw new CommandError(`MicroCluster still not running after context deadline exceeded: ${thrown.message}`, {
            cause: thrown,
          });
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PERIOD * 1000));
    }
  },
};
