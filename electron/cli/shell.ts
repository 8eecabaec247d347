import { LabError } from '../../shared/errors.ts';
import type { Cli } from './cli.ts';
import { runningNode } from './find-node.ts';
import { passOutput } from './pass-output.ts';

/**
 * A login shell on a node in the terminal this runs in: raw, so that each key goes there, and as large. Returns the shell's exit code.
 * @throws LabError 'input/invalid' without a terminal, 'node/not-running' when the node ended under it
 */
export async function shell(cli: Cli, lab: string, nodeName: string): Promise<number> {
  const { stdin, stdout } = cli;
  if (!stdin.isTTY || !stdout.isTTY)
    throw new LabError('input/invalid', 'A shell needs a terminal.', {
      fix: `\`quorate exec ${lab} ${nodeName} -- CMD…\``,
    });
  const node = await runningNode(cli, lab, nodeName);
  const attached = await cli.engine.attach(node.id, ['bash', '-l'], {
    tty: true,
    cols: stdout.columns,
    rows: stdout.rows,
    environment: { TERM: process.env.TERM ?? 'xterm-256color', LANG: 'C.UTF-8' },
  });
  const resize = () => void attached.resize(stdout.columns, stdout.rows);
  const hangUp = () => void attached.kill();
  stdin.setRawMode(true);
  stdin.on('data', (bytes: Buffer) => attached.write(bytes));
  stdout.on('resize', resize);
  cli.signal.addEventListener('abort', hangUp);
  passOutput(attached, stdout, null);
  try {
    const code = await new Promise<number | null>((resolve) => attached.onEnd(resolve));
    if (code === null && !cli.signal.aborted)
      throw new LabError('node/not-running', `${nodeName} ended under the shell.`);
    return code ?? 0;
  } finally {
    cli.signal.removeEventListener('abort', hangUp);
    stdout.off('resize', resize);
    stdin.setRawMode(false);
    stdin.destroy();
  }
}
