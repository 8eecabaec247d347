import { fromWireError, type WireError } from '../../shared/errors.ts';
import type { Client } from '../../shared/rpc.ts';
import type { Engine } from '../engines/engine.ts';

/** What every verb has in hand. */
export interface Cli {
  readonly client: Client;
  /** For streams that pass a command's bytes through: `exec` and `shell`. */
  readonly engine: Engine;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Progress, questions and errors; results go to stdout alone. */
  readonly stderr: NodeJS.WriteStream;
  /** Fires at the first Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Whether the user asked for JSON. */
  readonly json: boolean;
  /** Writes a result to stdout. */
  readonly write: (text: string) => void;
}

/** Prints a result: as one JSON document, or as text lines. */
export function print(cli: Cli, value: unknown, lines: () => readonly string[]): void {
  cli.stdout.write(
    cli.json
      ? `${JSON.stringify(value, null, 2)}\n`
      : lines()
          .map((line) => `${line}\n`)
          .join(''),
  );
}

/** Says something beside the result. */
export function note(cli: Cli, line: string): void {
  cli.stderr.write(`${line}\n`);
}

/**
 * Makes sure that an engine answers.
 * @throws LabError 'engine/denied' | 'engine/unreachable' with the reason and the fix
 */
export async function needEngine(cli: Cli): Promise<void> {
  const health = await cli.client.call('engine.look', {});
  if (health.state === 'ready') return;
  const error: WireError = {
    code: health.state === 'denied' ? 'engine/denied' : 'engine/unreachable',
    message: health.message,
    ...(health.fix === '' ? {} : { fix: health.fix }),
    ...(health.tried.length === 0 ? {} : { detail: health.tried.join('\n') }),
  };
  throw fromWireError(error);
}

/** An error in words, as it goes to stderr. */
export function errorLines(error: WireError): string[] {
  const lines = [`quorate: ${error.message}`];
  if (error.detail !== undefined)
    lines.push(
      ...error.detail
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    );
  if (error.fix !== undefined && error.fix !== '') lines.push(`  fix: ${error.fix}`);
  return lines;
}

/** Rows as columns, the widest cell ruling; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Asks on a terminal; without one the answer is yes, for nobody is there to answer. */
export async function confirm(cli: Cli, question: string): Promise<boolean> {
  if (!cli.stdin.isTTY || !cli.stderr.isTTY) return true;
  const { createInterface } = await import('node:readline/promises');
  const readline = createInterface({ input: cli.stdin, output: cli.stderr });
  try {
    const answer = await readline.question(`${question} [y/N] `, { signal: cli.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    readline.close();
  }
}
