import type { Engine } from '../engines/engine.ts';

/** Names the shell of a terminal among a node's processes. */
export const terminalVariable = 'QUORATE_TERMINAL';

/**
 * Prints the command line of the process group that has the terminal, when it is not the shell itself. A shell is found by the
 * variable it was started with; fields of /proc/PID/stat after the name (proc(5)): state ppid pgrp session tty_nr tpgid.
 */
const script = `
for environ in /proc/[0-9]*/environ; do
  grep -qsazx "$1" "$environ" || continue
  process=\${environ%/environ}
  set -- "$1" $(sed 's/.*) //' "$process/stat")
  [ "$5" = "\${process#/proc/}" ] || continue
  [ "$7" = "$4" ] || tr '\\0' ' ' <"/proc/$7/cmdline"
  exit 0
done`;

/** Command in the foreground of a terminal, as typed; empty while the shell waits for input. */
export async function foregroundCommand(
  engine: Pick<Engine, 'exec'>,
  nodeId: string,
  terminalId: string,
): Promise<string> {
  const command = ['sh', '-c', script, 'sh', `${terminalVariable}=${terminalId}`];
  const { stdout } = await engine.exec(nodeId, command, { timeout: 3000 });
  return stdout.trim();
}
