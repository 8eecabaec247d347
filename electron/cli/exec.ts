import { constants } from 'node:os';
import { LabError } from '../../shared/errors.ts';
import type { Attached } from '../engines/engine.ts';
import type { Cli } from './cli.ts';
import { runningNode } from './find-node.ts';
import { passOutput } from './pass-output.ts';

/** Of a command that was ended by Ctrl-C, as shells say it. */
const interruptedCode = 128 + constants.signals.SIGINT;

/**
 * Runs a command in a node. Its streams are ours, byte for byte; Ctrl-C ends it there. Returns its exit code.
 * @throws LabError 'input/unknown' | 'node/not-running' when the node ended under it
 */
export async function exec(cli: Cli, lab: string, nodeName: string, command: readonly string[]): Promise<number> {
  // What follows the node is the command's alone, so the `--` that may part them is still there.
  const words = command[0] === '--' ? command.slice(1) : command;
  if (words.length === 0) throw new LabError('input/invalid', 'Which command?', { field: 'command' });
  const node = await runningNode(cli, lab, nodeName);
  const attached = await cli.engine.attach(node.id, words, { tty: false });
  const stop = () => void attached.kill();
  cli.signal.addEventListener('abort', stop);
  passInput(cli.stdin, attached);
  passOutput(attached, cli.stdout, cli.stderr);
  const code = await new Promise<number | null>((resolve) => attached.onEnd(resolve));
  cli.signal.removeEventListener('abort', stop);
  cli.stdin.destroy();
  if (cli.signal.aborted) return interruptedCode;
  if (code === null) throw new LabError('node/not-running', `${nodeName} ended while the command ran.`);
  return code;
}

function passInput(from: NodeJS.ReadStream, attached: Attached): void {
  from.on('data', (bytes: Buffer) => attached.write(bytes));
  from.on('end', () => attached.endInput());
  from.on('error', () => attached.endInput());
}
