import { parseArgs } from 'node:util';
import { toWireError } from '../shared/errors.ts';
import { exitCodeOf } from './cli/exit-code.ts';
import { errorLines } from './cli/cli.ts';
import { interruptSignal } from './interrupt.ts';
import { runServe } from './serve/run-serve.ts';

/** Entry of the browser door: `node dist/serve.js [--port N]`. */
try {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
  await runServe(values.port, (line) => process.stdout.write(`${line}\n`), interruptSignal());
} catch (thrown) {
  const isUsage = thrown instanceof TypeError && 'code' in thrown;
  const error = isUsage ? { code: 'input/invalid' as const, message: thrown.message } : toWireError(thrown);
  process.stderr.write(`${errorLines(error).join('\n')}\n`);
  process.exitCode = exitCodeOf(error.code);
}
