import { setImmediate } from 'node:timers';
import { LabError, toWireError } from '../../shared/errors.ts';
import type { LabEvent } from '../../shared/event.ts';
import type { Receipt, RunKind, RunState, RunView } from '../../shared/run.ts';
import { deferred } from '../deferred.ts';
import { FlowRecord } from '../flows/flow-record.ts';
import type { Found } from '../engines/engine.ts';
import { runFlow, undoFlow } from '../flows/run-flow.ts';
import type { FlowDeps } from '../flows/flow.ts';
import type { Step } from '../flows/step.ts';
import { compare, takeInventory, type Inventory } from './lab-inventory.ts';

/** What a run is before it runs. */
export interface RunPlan {
  readonly kind: RunKind;
  readonly lab: string;
  /** E.g. `Deploy microovn-1`. */
  readonly title: string;
  readonly steps: readonly Step[];
  /** A new plan from what is there now: for a retry, or after `failed` (then it may also choose otherwise). */
  readonly replan: (failed: LabError | null) => Promise<readonly Step[] | null>;
  /** What is done after all of that, in turn, each planned from what is there by then: the flows of a lab file. */
  readonly next?: readonly (() => Promise<readonly Step[]>)[];
  /** What the engine held when the plan was made. */
  readonly found?: Found;
  /** What a destroy has to remove, by labels. */
  readonly before?: Inventory;
  /** Closes shells that this run takes the ground from. @returns how many */
  readonly closeTerminals: () => number;
}

export interface RunDeps extends FlowDeps {
  readonly record: (lab: string, event: Omit<LabEvent, 'timestamp'>) => void;
}

/** A run under way or ended. Pushes a whole {@link RunView} after changes, at most one per turn of the event loop. */
export class LiveRun {
  readonly startedAt = Date.now();
  readonly flow: FlowRecord;
  #state: RunState = 'running';
  #endedAt: number | null = null;
  #closedTerminals = 0;
  #error: LabError | null = null;
  #receipt: Receipt | null = null;
  #abort = new AbortController();
  /** True from the first retry on: then only the engine knows what is there. */
  #again = false;
  /** How many of `plan.next` are done, and whether the record has the steps of the one after. */
  #nextDone = 0;
  #nextPlanned = false;
  #settled = deferred();
  #view: RunView | null = null;
  #pushing = false;
  readonly #listeners = new Set<(view: RunView) => void>();

  constructor(
    readonly id: string,
    private readonly plan: RunPlan,
    private readonly deps: RunDeps,
  ) {
    this.flow = new FlowRecord(plan.steps, deps.engine.traits.cli, plan.lab);
  }

  get lab(): string {
    return this.plan.lab;
  }

  get kind(): RunKind {
    return this.plan.kind;
  }

  get state(): RunState {
    return this.#state;
  }

  /** True while it changes the lab. */
  get isBusy(): boolean {
    return this.#state === 'running' || this.#state === 'undoing';
  }

  view(): RunView {
    this.#view ??= this.#build();
    return this.#view;
  }

  /** The present view at once, then each change. @returns its own undo */
  watch(onValue: (view: RunView) => void): () => void {
    this.#listeners.add(onValue);
    onValue(this.view());
    return () => this.#listeners.delete(onValue);
  }

  /** Resolves when it no longer runs or undoes. */
  async settled(): Promise<RunView> {
    while (this.isBusy) await this.#settled.promise;
    return this.view();
  }

  /** Runs to its end. Never throws: how it ended is its state. */
  async run(): Promise<void> {
    this.#tell('start');
    // Shells end with their nodes: counted afterwards there would be none.
    if (this.kind === 'destroy') this.#closedTerminals += this.plan.closeTerminals();
    try {
      await this.#runFlow();
      // A removal is done when the engine no longer has it, not when it said so.
      if (this.plan.before !== undefined) await this.#takeReceipt(this.plan.before, this.startedAt);
      if (this.kind === 'remove-node') this.plan.closeTerminals();
      this.#end(this.#error === null ? 'done' : 'failed');
    } catch (thrown) {
      const error = asLabError(thrown);
      if (error.code !== 'cancelled') {
        this.#error = error;
        this.#end('failed');
      } else if (this.kind === 'destroy' || this.kind === 'remove-node') {
        this.#end('cancelled');
      } else {
        await this.undo();
      }
    }
  }

  /** Runs again from what is not done, by a fresh plan. Never throws: how it ended is its state. */
  async retry(): Promise<void> {
    this.#again = true;
    this.#abort = new AbortController();
    this.#error = null;
    this.#endedAt = null;
    this.#become('running');
    try {
      const steps = await this.plan.replan(null);
      this.#nextPlanned = false;
      if (steps !== null) this.flow.replan(steps);
    } catch (thrown) {
      this.#error = asLabError(thrown);
      this.#end('failed');
      return;
    }
    await this.run();
  }

  /** Aborts what runs and resolves when all of it has come to rest. */
  async cancel(): Promise<void> {
    if (this.#state === 'running') this.#abort.abort();
    await this.settled();
  }

  /** Leaves a failed run's lab standing for a post-mortem. */
  keep(): void {
    if (this.#state === 'failed') this.#end('kept');
  }

  /** Takes back what this run made, newest first, and says what is left. */
  async undo(): Promise<void> {
    this.#become('undoing');
    this.#error = null;
    try {
      const begun = Date.now();
      const before = await takeInventory(this.deps.engine, this.lab);
      const made = new Set(this.flow.steps.flatMap((step) => step.made));
      this.#closedTerminals += this.plan.closeTerminals();
      const failures = await undoFlow(this.flow, this.deps, () => this.#changed());
      // A flow makes nothing in the engine: what it undid is told by its steps.
      if (this.kind !== 'flow') await this.#takeReceipt(before, begun, made);
      const [failure] = failures;
      this.#error =
        failure === undefined ? null : new LabError('engine/refused', `Not all could be taken back: ${failure.why}`);
    } catch (thrown) {
      this.#error = asLabError(thrown);
    }
    this.#end(this.#error === null ? 'undone' : 'failed');
  }

  async #runFlow(): Promise<void> {
    await this.#runPlan();
    for (;;) {
      if (this.#nextPlanned) this.#nextDone++;
      const plan = this.plan.next?.[this.#nextDone];
      if (plan === undefined) return;
      this.#nextPlanned = false;
      this.flow.append(await plan());
      this.#nextPlanned = true;
      await this.#runSteps();
    }
  }

  #runSteps(found?: Found): Promise<void> {
    return runFlow(this.flow, this.deps, {
      signal: this.#abort.signal,
      changed: () => this.#changed(),
      onStep: ({ step, state }) => this.#tell('step', { step: step.id, state }),
      ...(found === undefined ? {} : { found }),
    });
  }

  async #runPlan(): Promise<void> {
    for (let attempts = 1; ; attempts++) {
      try {
        await this.#runSteps(attempts === 1 && !this.#again ? this.plan.found : undefined);
        return;
      } catch (thrown) {
        // Two labs may choose the same subnet at once, and only the engine knows all networks.
        const taken = thrown instanceof LabError && thrown.code === 'engine/subnet-taken' ? thrown : null;
        if (taken === null || attempts === 8) throw thrown;
        await undoFlow(this.flow, this.deps, () => undefined);
        const steps = await this.plan.replan(taken);
        if (steps === null) throw thrown;
        this.flow.replan(steps);
      }
    }
  }

  /** @param made names of what was to go; everything of the lab when left out */
  async #takeReceipt(before: Inventory, begun: number, made?: ReadonlySet<string>): Promise<void> {
    const compared = compare(before, await takeInventory(this.deps.engine, this.lab), this.flow);
    const remained = compared.remained.filter(({ name }) => made === undefined || made.has(name));
    this.#closedTerminals += this.plan.closeTerminals();
    this.#receipt = { ...compared, remained, closedTerminals: this.#closedTerminals, ms: Date.now() - begun };
    const [left] = this.#receipt.remained;
    if (this.kind === 'destroy' && left !== undefined) {
      this.#error = new LabError('engine/refused', `${left.name} is still there: ${left.why}`);
    }
  }

  #end(state: RunState): void {
    this.#endedAt = Date.now();
    this.#become(state);
    this.#tell('end', {
      state,
      ...(this.#error === null ? {} : { error: this.flow.secrets.mask(this.#error.message) }),
    });
  }

  #become(state: RunState): void {
    const was = this.isBusy;
    this.#state = state;
    this.#changed();
    if (was && !this.isBusy) {
      this.#settled.resolve();
    } else if (!was && this.isBusy) {
      this.#settled = deferred();
    }
  }

  #changed(): void {
    this.#view = null;
    if (this.#pushing) return;
    this.#pushing = true;
    setImmediate(() => {
      this.#pushing = false;
      for (const listener of this.#listeners) listener(this.view());
    });
  }

  #tell(action: 'start' | 'step' | 'end', attributes: Readonly<Record<string, string>> = {}): void {
    this.deps.record(this.lab, {
      type: 'run',
      action,
      actor_id: this.id,
      actor_name: this.plan.title,
      attributes: { kind: this.kind, ...attributes },
    });
  }

  #build(): RunView {
    const { flow } = this;
    const made = (kind: 'nodes' | 'networks') =>
      flow.steps.filter(({ step }) => step.kind === kind).reduce((sum, step) => sum + step.made.length, 0);
    return {
      id: this.id,
      lab: this.lab,
      kind: this.kind,
      title: this.plan.title,
      state: this.#state,
      startedAt: this.startedAt,
      endedAt: this.#endedAt,
      steps: flow.views(),
      ...(this.#error === null ? {} : { error: flow.maskError(toWireError(this.#error)) }),
      made: { containers: made('nodes'), networks: made('networks') },
      ...(this.#receipt === null ? {} : { receipt: this.#receipt }),
    };
  }
}

function asLabError(thrown: unknown): LabError {
  return thrown instanceof LabError ? thrown : new LabError('internal', toWireError(thrown).message, { cause: thrown });
}
