import { LabError, fromWireError, type WireError } from '../../shared/errors.ts';
import type { LabEvent } from '../../shared/event.ts';
import type { RunKind, RunView, StepView } from '../../shared/run.ts';
import { note, type Cli } from './cli.ts';

/** States in which nothing more comes by itself. */
const isOver = (run: RunView) => run.state !== 'running' && run.state !== 'undoing' && run.state !== 'failed';

/** Most lines of a failed command's output that are shown. */
const shownLines = 20;

/**
 * Follows a run to its end: progress on stderr (or, for `--json` with `lines`, events as JSON lines on stdout). Ctrl-C cancels it and waits until
 * what it made is removed. A run that fails is undone, or kept for a look at what is left.
 * @throws LabError of the run that failed, 'cancelled'
 */
export async function followRun(
  cli: Cli,
  runId: string,
  options: { readonly keep: boolean; readonly lines: boolean },
): Promise<RunView> {
  const reporter = cli.json && options.lines ? jsonLines(cli) : progress(cli);
  let handled = false;
  // Why it failed; once it is undone its view tells only how that went.
  let cause: WireError | undefined;
  const settle = (call: 'run.cancel' | 'run.keep' | 'run.undo', onError: (error: unknown) => void) => {
    handled = true;
    cli.client.call(call, { runId }).catch(onError);
  };
  const run = await new Promise<RunView>((resolve, reject) => {
    let undo = () => undefined as void;
    const cancel = () => {
      note(cli, 'Cancelling.');
      settle('run.cancel', reject);
    };
    const finish = (act: () => void) => {
      undo();
      cli.signal.removeEventListener('abort', cancel);
      act();
    };
    undo = cli.client.subscribe(
      'run',
      { runId },
      (next) => {
        if (next.state === 'failed') cause ??= next.error;
        reporter(next, cause);
        if (isOver(next) || (next.state === 'failed' && handled)) finish(() => resolve(next));
        else if (next.state === 'failed') settle(options.keep ? 'run.keep' : 'run.undo', reject);
      },
      (error) => finish(() => reject(fromWireError(error ?? lost))),
    );
    if (cli.signal.aborted) cancel();
    else cli.signal.addEventListener('abort', cancel);
  });
  if (run.state === 'done') return run;
  const error = run.error ?? cause;
  if (error) throw fromWireError(error);
  throw new LabError('cancelled', run.state === 'kept' ? `${run.lab} was kept as it is.` : cancelled[run.kind]);
}

/** What a cancel leaves, by what was cancelled: only what a run made is taken back. */
const cancelled: Readonly<Record<RunKind, string>> = {
  deploy: 'Cancelled; nothing is left.',
  finish: 'Cancelled; what the finish made was removed.',
  'add-node': 'Cancelled; the node was removed.',
  'remove-node': 'Cancelled; what was not removed yet is still there.',
  flow: 'Cancelled; what can be taken back was.',
  destroy: 'Cancelled; what was not removed yet is still there.',
};

const lost: WireError = { code: 'internal', message: 'The run is no longer known.' };

/** Told of each view, with the reason of a failure from then on. */
type Reporter = (run: RunView, cause: WireError | undefined) => void;

/** A line for each step that ended; on a terminal also the step under way. */
function progress(cli: Cli): Reporter {
  const reported = new Map<string, StepView['state']>();
  const isTerminal = cli.stderr.isTTY;
  return (run) => {
    if (isTerminal) cli.stderr.write('\r\x1b[K');
    for (const [at, step] of run.steps.entries()) {
      if (reported.get(step.id) === step.state || step.state === 'todo' || step.state === 'running') continue;
      reported.set(step.id, step.state);
      for (const line of stepLines(step, `${at + 1}/${run.steps.length}`)) note(cli, line);
    }
    const current = run.steps.findIndex((step) => step.state === 'running');
    const step = run.steps[current];
    if (!isTerminal || !step) return;
    const line = `… ${current + 1}/${run.steps.length} ${step.title}${step.note === '' ? '' : ` — ${step.note}`}`;
    cli.stderr.write(line.slice(0, (cli.stderr.columns || 80) - 1));
  };
}

const signs: Readonly<Record<string, string>> = { done: '✓', failed: '✗', skipped: '–', cancelled: '✗', undone: '↶' };

function stepLines(step: StepView, place: string): string[] {
  const seconds = step.startedAt === null || step.endedAt === null ? null : (step.endedAt - step.startedAt) / 1000;
  const time = seconds === null ? '' : `  ${seconds.toFixed(1)} s`;
  const remark = step.state === 'done' && step.note !== '' ? `: ${step.note}` : '';
  const lines = [`${signs[step.state] ?? ' '} ${place} ${step.title}${time}${remark}`];
  if (step.state !== 'failed') return lines;
  for (const command of step.commands.filter((candidate) => candidate.state === 'failed')) {
    lines.push(`    ${command.on}$ ${command.line}`);
    const output = command.output.trimEnd().split('\n').slice(-shownLines);
    lines.push(...output.map((text) => `    ${text}`));
  }
  return lines;
}

/** Each change of a step as an event on a line of its own, in the words of the lab's record. */
function jsonLines(cli: Cli): Reporter {
  const reported = new Map<string, StepView['state']>();
  let state: RunView['state'] | null = null;
  const write = (run: RunView, action: string, at: number | null, attributes: LabEvent['attributes']) => {
    const timestamp = new Date(at ?? Date.now()).toISOString();
    const event: LabEvent = { timestamp, type: 'run', action, actor_id: run.id, actor_name: run.title, attributes };
    cli.write(`${JSON.stringify(event)}\n`);
  };
  return (run, cause) => {
    if (state === null) write(run, 'start', run.startedAt, { lab: run.lab, kind: run.kind });
    for (const step of run.steps) {
      if (reported.get(step.id) === step.state || step.state === 'todo') continue;
      reported.set(step.id, step.state);
      const { id, title, on, note: remark } = step;
      const at = step.state === 'running' ? step.startedAt : step.endedAt;
      write(run, 'step', at, { step: id, title, on, state: step.state, ...(remark === '' ? {} : { note: remark }) });
    }
    if (run.state !== state && isOver(run)) {
      const error = run.error ?? cause;
      const why: LabEvent['attributes'] = error ? { error: error.code, message: error.message } : {};
      write(run, 'end', run.endedAt, { lab: run.lab, state: run.state, ...why });
    }
    state = run.state;
  };
}
