import { DEFAULT_STATE_DIR } from '../api.ts';
import { Daemon } from './daemon.ts';
import { pathsUnder } from './paths.ts';
import { wordsOf } from './refusal.ts';
import { log } from './log.ts';

/** `microovnd`: runs until it is told to end. Environment: STATE_DIR, MICROOVN_ELECTION_TIMER (milliseconds). */
const DEFAULT_ELECTION_TIMER = 16_000;

const chosen = Number(process.env['MICROOVN_ELECTION_TIMER'] ?? DEFAULT_ELECTION_TIMER);
// ovsdb-server takes 100 ms to 10 minutes (ovsdb/raft.c, ELECTION_MIN_MSEC and ELECTION_MAX_MSEC).
const electionTimer = Number.isInteger(chosen) && chosen >= 100 && chosen <= 600_000 ? chosen : DEFAULT_ELECTION_TIMER;
const daemon = new Daemon(pathsUnder(process.env['STATE_DIR'] ?? DEFAULT_STATE_DIR), electionTimer);

log('security=true category=SYS event=sys_startup');
daemon.start().catch((error: unknown) => {
  log(`start: ${wordsOf(error)}`);
  process.exit(1);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log('security=true category=SYS event=sys_shutdown');
    daemon.stop();
    process.exit(0);
  });
}
