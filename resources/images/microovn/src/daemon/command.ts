import { execFile } from 'node:child_process';

/**
 * Runs a program to its end and returns what it printed.
 * @param timeout milliseconds, after which it is killed
 * @throws Error with the program's own words when it ends with another code than 0
 */
export function run(program: string, args: readonly string[], timeout = 10_000): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { timeout, killSignal: 'SIGKILL', encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program}: ${stderr.trim() || stdout.trim() || error.message}`));
    });
  });
}
