import type { RunView, StepState, StepView } from '../../shared/run.ts';
import { took } from '../lib/format.ts';
import { words } from '../lib/words.ts';
import { progressOf } from '../lib/progress.ts';
import type { MarkKind } from '../parts/kinds.ts';

/** Heading of the steps: where the run is. */
export function runTitle(run: RunView): string {
  const { at, all } = progressOf(run);
  switch (run.state) {
    case 'running':
      return all === 0 ? words.run.waiting : words.run.step(at, all);
    case 'failed':
      return words.run.stoppedAt(at, all);
    case 'undoing':
      return words.run.undoing;
    case 'done':
      return words.run.state.done[run.kind];
    case 'undone':
      return wasCancelled(run) ? words.run.state.cancelled : words.run.state.undone;
    case 'kept':
    case 'cancelled':
      return words.run.state[run.state];
  }
}

/** The step a run stopped at; undefined where it was the plan or the way back that failed. */
export function failedStep({ steps }: RunView): StepView | undefined {
  return steps.find(({ state }) => state === 'failed');
}

/** A step tells its own cause; what else stopped the run is told here. */
function stoppedBy(run: RunView): string {
  const step = failedStep(run);
  const own = run.error === undefined || run.error.message === step?.error?.message;
  return own ? words.run.failed(step?.title ?? run.title) : (run.error?.message ?? '');
}

/** Why a step failed, in one sentence: without what its command printed, which stands right above. */
export function causeOf(run: RunView, step: StepView | undefined): string {
  const message = step?.error?.message ?? run.error?.message ?? '';
  const printed = (step?.commands ?? [])
    .map(({ output }) => output.trim())
    .find((text) => text !== '' && message.includes(text));
  if (printed === undefined) return message;
  const [before = ''] = message.split(printed);
  return before.trim() === '' ? message : `${before.trim().replace(/:$/, '')}.`;
}

/** Whether the user ended it: what is undone without a step that failed. */
function wasCancelled(run: RunView): boolean {
  return failedStep(run) === undefined;
}

/** Under the heading: time so far or in all, and what the last run of this kind took here. */
export function runNote(run: RunView, now: number, lastTime: number | null): string {
  const time = took((run.endedAt ?? now) - run.startedAt);
  if (run.state === 'failed') return `${stoppedBy(run)} ${words.run.stands}`;
  if (run.state === 'undone')
    return `${words.run.takenBack(run.receipt?.remained.length ?? 0)} ${words.run.tookAll(time)}.`;
  if (run.state === 'cancelled') return `${words.run.restStands} ${words.run.tookAll(time)}.`;
  if (run.state === 'undoing') return words.run.soFar(time);
  if (run.state !== 'running') return words.run.tookAll(time);
  const before = lastTime === null ? [] : [words.run.lastTime(took(lastTime))];
  return [words.run.soFar(time), ...before].join(' · ');
}

/** What a cancel or an undo takes back, as the rows of its question. */
export function madeFacts({ made }: RunView): readonly (readonly [string, string])[] {
  if (made.containers + made.networks === 0) return [[words.ask.containers, words.ask.nothing]];
  return [
    [words.ask.containers, words.ask.kinds(made.containers, 'container')],
    [words.ask.networks, words.ask.kinds(made.networks, 'network')],
  ];
}

export interface StepSaid {
  readonly mark: MarkKind;
  /** A literal command, or null for a step that runs none. */
  readonly command: string | null;
  /** What the row says where there is no command. */
  readonly title: string;
  readonly note: string;
}

/** One row: the command that runs or failed, else the first; how many more there are. */
export function stepSaid(step: StepView): StepSaid {
  const current =
    step.commands.find((command) => command.state === 'failed') ??
    step.commands.find((command) => command.state === 'running') ??
    step.commands[0];
  const more = step.commands.length - 1;
  const note = [step.note, more > 0 ? words.run.more(more) : ''].filter((part) => part !== '').join(' · ');
  return { mark: markOf(step.state), command: current?.line ?? null, title: step.title, note };
}

/** The mark of a step or a command. */
export function markOf(state: StepState): MarkKind {
  const marks: Record<StepState, MarkKind> = {
    todo: 'todo',
    running: 'run',
    done: 'ok',
    skipped: 'ok',
    failed: 'danger',
    cancelled: 'stopped',
    undone: 'stopped',
  };
  return marks[state];
}

/** How much of a step is done, 0 to 1, by its commands: the only measure that was seen. */
export function partDone(step: StepView): number {
  if (step.state === 'done' || step.state === 'skipped') return 1;
  if (step.commands.length === 0) return 0;
  return step.commands.filter((command) => command.state === 'done').length / step.commands.length;
}
