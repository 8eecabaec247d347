/**
 * A failure of a command: the program prints `Error: <message>` on stderr and exits 1. This program runs inside nodes
 * and speaks MicroOVN's words, so it has no use for the codes of Quorate's own errors.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The daemon answered with an error; `status` is the HTTP status, the message is the daemon's, without prefix. */
export class DaemonError extends CommandError {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The same failure with words before its message, e.g. `failed listing services: `. Other errors pass unchanged. */
export function prefixed(thrown: unknown, prefix: string): unknown {
  return thrown instanceof CommandError ? new CommandError(`${prefix}${thrown.message}`, { cause: thrown }) : thrown;
}
