import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { toWireError, type WireError } from '../../shared/errors.ts';
import { RpcClient } from '../../shared/rpc-client.ts';
import { interruptSignal } from '../interrupt.ts';
import { packageRoot } from '../package-root.ts';
import { memoryTransports } from '../rpc/memory-transport.ts';
import { serveClient } from '../rpc/rpc-server.ts';
import { runServe } from '../serve/run-serve.ts';
import { createWorkbench } from '../workbench.ts';
import { errorLines, type Cli } from './cli.ts';
import { exitCodeOf } from './exit-code.ts';
import { createProgram } from './program.ts';

/**
 * Runs one command line and returns its exit code: 0 done, 1 failed, 2 bad input, 3 no engine; `exec` and `shell` that of the command.
 * @param words without the names of node and script
 */
export async function runCli(words: readonly string[]): Promise<number> {
  const signal = interruptSignal();
  let code = 0;
  let isJson = false;
  let printed = false;
  const write = (text: string) => {
    printed = true;
    process.stdout.write(text);
  };
  const program = createProgram(
    {
      withWorkbench: async (json, verb) => {
        isJson = json;
        code = (await inWorkbench({ json, write, signal }, verb)) ?? 0;
      },
      print: write,
      serve: (port) => runServe(port, (line) => write(`${line}\n`), signal),
    },
    version(),
  );
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (thrown) {
    // Commander has said what is wrong; help and version come this way too, with 0.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const error = toWireError(thrown);
    if (isJson && !printed) write(`${JSON.stringify({ error } satisfies { error: WireError })}\n`);
    process.stderr.write(`${errorLines(error).join('\n')}\n`);
    return exitCodeOf(error.code);
  }
}

/** Composes the workbench in this process and talks to it as every door does. */
async function inWorkbench(
  given: Pick<Cli, 'json' | 'write' | 'signal'>,
  verb: (cli: Cli) => Promise<number | void>,
): Promise<number | void> {
  const workbench = createWorkbench();
  const [near, far] = memoryTransports();
  serveClient(far, workbench.handlers);
  const client = new RpcClient(near);
  const { stdin, stdout, stderr } = process;
  try {
    return await verb({ ...given, client, engine: workbench.engine, stdin, stdout, stderr });
  } finally {
    client.close();
    await workbench.close();
  }
}

function version(): string {
  const { version: found } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return found;
}
