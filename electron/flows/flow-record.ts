import { toWireError, type WireError } from '../../shared/errors.ts';
import type { Millis } from '../../shared/lab.ts';
import type { CommandView, StepState, StepView } from '../../shared/run.ts';
import { ledger } from './ledger.ts';
import { Secrets } from './secrets.ts';
import type { Step } from './step.ts';

/** Most that is kept of a command's output, in characters, the newest. */
export const outputLimit = 16 * 1024;

/** One command as it happens, unmasked: leaves the backend only through {@link FlowRecord.views} or a reveal. */
export interface CommandRecord {
  on: string;
  line: string;
  state: StepState;
  startedAt: Millis | null;
  endedAt: Millis | null;
  exitCode: number | null;
  output: string;
  /** What it prints is a secret: nothing of it is shown until all of it is known and can be masked. */
  readonly printsSecret: boolean;
}

/** One step as it happens. */
export interface StepRecord {
  readonly step: Step;
  state: StepState;
  startedAt: Millis | null;
  endedAt: Millis | null;
  commands: CommandRecord[];
  note: string;
  error: WireError | null;
  /** Names of containers or networks this step asked the engine to make: what its undo removes. */
  made: string[];
}

/** All that one run did and has still to do. */
export class FlowRecord {
  readonly secrets = new Secrets();
  /** What commands printed, by the name of the capture. */
  readonly captured = new Map<string, string>();
  #steps: StepRecord[];

  constructor(
    steps: readonly Step[],
    /** The engine's command, for the ledger. */
    readonly cli: string,
    readonly lab: string,
  ) {
    this.#steps = steps.map((step) => this.#fresh(step));
  }

  get steps(): readonly StepRecord[] {
    return this.#steps;
  }

  /** A new plan for what is left: finished steps stay as evidence, all others give way to it. */
  replan(steps: readonly Step[]): void {
    const ids = new Set(steps.map((step) => step.id));
    const finished = this.#steps.filter(
      ({ state, step, made }) => (state === 'done' || state === 'skipped' || made.length > 0) && !ids.has(step.id),
    );
    const made = new Map(this.#steps.map((record) => [record.step.id, record.made]));
    this.#steps = [...finished, ...steps.map((step) => ({ ...this.#fresh(step), made: made.get(step.id) ?? [] }))];
  }

  /** Adds a plan that follows; of an earlier attempt at it only what the new one does not name stays, as evidence. */
  append(steps: readonly Step[]): void {
    const ids = new Set(steps.map((step) => step.id));
    this.#steps = [...this.#steps.filter(({ step }) => !ids.has(step.id)), ...steps.map((step) => this.#fresh(step))];
  }

  views(): readonly StepView[] {
    return this.#steps.map((record) => ({
      id: record.step.id,
      title: record.step.title,
      on: place(record.commands),
      state: record.state,
      startedAt: record.startedAt,
      endedAt: record.endedAt,
      commands: record.commands.map((command) => this.#commandView(command)),
      note: this.secrets.mask(record.note),
      ...(record.error === null ? {} : { error: this.maskError(record.error) }),
    }));
  }

  maskError(error: WireError): WireError {
    const { detail, message, ...rest } = error;
    return {
      ...rest,
      message: this.secrets.mask(message),
      ...(detail === undefined ? {} : { detail: this.secrets.mask(detail) }),
    };
  }

  #fresh(step: Step): StepRecord {
    const printsSecret =
      step.kind === 'commands' ? step.chains.flat().map(({ capture }) => capture?.secret === true) : [];
    const commands = ledger(step, this.cli, this.lab).map(({ on, line }, index) => ({
      on,
      line,
      state: 'todo' as const,
      startedAt: null,
      endedAt: null,
      exitCode: null,
      output: '',
      printsSecret: printsSecret[index] ?? false,
    }));
    return { step, state: 'todo', startedAt: null, endedAt: null, commands, note: '', error: null, made: [] };
  }

  #commandView(command: CommandRecord): CommandView {
    const hidden = command.printsSecret && command.state === 'running';
    const line = this.secrets.mask(command.line);
    const output = hidden ? '' : this.secrets.mask(command.output);
    const { on, state, startedAt, endedAt, exitCode } = command;
    const hasSecret = command.printsSecret || line !== command.line || output !== command.output;
    return { on, line, state, startedAt, endedAt, exitCode, output, hasSecret };
  }
}

/** Marks a step or command as begun. */
export function begin(record: { state: StepState; startedAt: Millis | null; endedAt: Millis | null }): void {
  record.state = 'running';
  record.startedAt = Date.now();
  record.endedAt = null;
}

/** Marks a step or command as ended, and what stopped it. */
export function end(record: { state: StepState; endedAt: Millis | null }, thrown?: unknown): void {
  record.endedAt = Date.now();
  if (thrown === undefined) record.state = 'done';
  else record.state = toWireError(thrown).code === 'cancelled' ? 'cancelled' : 'failed';
}

/** Adds to a command's output, keeping the newest. */
export function addOutput(command: CommandRecord, text: string): void {
  command.output = (command.output + text).slice(-outputLimit);
}

function place(commands: readonly CommandRecord[]): string {
  const places = new Set(commands.map(({ on }) => on));
  const [only] = places;
  if (only === undefined) return 'all';
  return places.size === 1 ? only : 'all';
}
