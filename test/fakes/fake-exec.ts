import { LabError } from '../../shared/errors.ts';
import type { ExecOptions, ExecResult, FoundNode } from '../../electron/engines/engine.ts';

/** A command as a test's handler sees it. */
export interface FakeExec {
  readonly node: FoundNode;
  readonly command: readonly string[];
  readonly options: ExecOptions;
  /** Fires when the command is killed: its deadline, its caller's signal, or the end of the node. */
  readonly killed: AbortSignal;
}

/** Lets a handler answer a command, unless its deadline, its caller's signal or the end of the node comes first. */
export function playExec(
  exec: Omit<FakeExec, 'killed'>,
  nodeEnds: AbortSignal,
  handler: (exec: FakeExec) => Partial<ExecResult> | Promise<Partial<ExecResult>>,
): Promise<ExecResult> {
  const { options } = exec;
  const killed = new AbortController();
  const signals = [options.signal, nodeEnds].filter((signal) => signal !== undefined);
  return new Promise<ExecResult>((resolve, reject) => {
    const finish = (act: () => void) => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
      act();
    };
    const stop = (why: 'late' | 'aborted' | 'died') => {
      killed.abort();
      const gone = { exitCode: why === 'late' ? 124 : 137, stdout: '', stderr: '', timedOut: why === 'late' };
      finish(() => (why === 'aborted' ? reject(new LabError('cancelled', 'Cancelled.')) : resolve(gone)));
    };
    const timer = setTimeout(() => stop('late'), options.timeout);
    const onAbort = () => stop(options.signal?.aborted === true ? 'aborted' : 'died');
    for (const signal of signals) signal.addEventListener('abort', onAbort);
    if (options.signal?.aborted === true) return stop('aborted');
    const answer = async () => {
      const part = await handler({ ...exec, killed: killed.signal });
      const result = { exitCode: 0, stdout: '', stderr: '', timedOut: false, ...part };
      const output = result.stdout + result.stderr;
      if (!killed.signal.aborted && output !== '') options.onOutput?.(output);
      finish(() => resolve(result));
    };
    answer().catch((error: unknown) => finish(() => reject(error as Error)));
  });
}
