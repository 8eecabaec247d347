/** One line of the daemon's log, with the time in UTC. */
export function log(text: string): void {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}
