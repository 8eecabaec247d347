import { copyFileSync, existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { log } from './log.ts';
import { wordsOf } from './refusal.ts';

/** Bytes of one log file; what is older lies in `NAME.log.1`, of about the same size. */
export const LOG_LIMIT = 2 * 1024 * 1024;
const EVERY = 60_000;

/** Keeps the logs of a node that runs for weeks small: looks at them now and every minute. */
export function keepLogsSmall(folder: string): void {
  const look = () => {
    try {
      cutLogs(folder, LOG_LIMIT);
    } catch (error) {
      log(`logs: ${wordsOf(error)}`);
    }
  };
  look();
  setInterval(look, EVERY).unref();
}

/**
 * Copies each log longer than `limit` bytes to `NAME.log.1` and empties it. Its writer goes on undisturbed, for all of them append
 * (OVS: `vlog_set_log_file__` in lib/vlog.c); a line written between the two is lost.
 */
export function cutLogs(folder: string, limit: number): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.log'))) {
    const file = join(folder, name);
    if (statSync(file).size <= limit) continue;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  }
}
