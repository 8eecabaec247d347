import { spawn, spawnSync } from 'node:child_process';

/** One line on stderr, so that stdout stays free for what a command answers. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs a step and says how long it took. `work` returns a short remark, or nothing.
 * @param {string} title
 * @param {() => Promise<string | void>} work
 */
export async function step(title, work) {
  const begun = process.hrtime.bigint();
  process.stderr.write(`  ${title} … `);
  try {
    const remark = await work();
    const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
    process.stderr.write(`${remark ?? 'done'} (${seconds.toFixed(1)} s)\n`);
  } catch (error) {
    process.stderr.write('failed\n');
    throw error;
  }
}

/** A failure a person can mend: shown without a stack. `exitCode` is the process's. */
export class SetupError extends Error {
  constructor(message, fix, exitCode = 1) {
    super(message);
    this.fix = fix;
    this.exitCode = exitCode;
  }
}

/** Ends the process with the words of a failure. */
export function fail(error) {
  if (error instanceof SetupError) {
    say(`\n${error.message}`);
    if (error.fix) say(`→ ${error.fix}`);
    process.exit(error.exitCode);
  }
  throw error;
}

/**
 * Runs a program quietly; its output is shown only when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function quiet(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (data) => (output = (output + data).slice(-16_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(
          new SetupError(`${command} ${args.join(' ')} ended with ${signal ?? `exit code ${code}`}:\n${output}`, ''),
        );
    });
  });
}

/** Runs a program with this terminal as its own; resolves to its exit code (128 + 15 when a signal ended it). */
export function loud(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      resolve(code ?? 143);
    });
  });
}

/** Whether a program is on the PATH. */
export function has(program) {
  return spawnSync(process.platform === 'win32' ? 'where' : 'which', [program], { stdio: 'ignore' }).status === 0;
}
