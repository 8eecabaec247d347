import type { WireError } from './errors.ts';
import type { Millis } from './lab.ts';

export type StepState = 'todo' | 'running' | 'done' | 'skipped' | 'failed' | 'cancelled' | 'undone';

/** One literal command of a step. Secrets are masked here; `run.reveal` shows them. */
export interface CommandView {
  /** `engine`, or the node it runs on. */
  readonly on: string;
  /** As a user would type it, e.g. `microovn cluster join eyJzZWNyZXQiOi…`. */
  readonly line: string;
  readonly state: StepState;
  readonly startedAt: Millis | null;
  readonly endedAt: Millis | null;
  readonly exitCode: number | null;
  /** Output of both streams in order, at most 16 kB (the newest), secrets masked. */
  readonly output: string;
  readonly hasSecret: boolean;
}

export interface StepView {
  /** As its plan names it. Screens know two: `add:NODE` makes a token for a node, `join:NODE` makes the node a member. */
  readonly id: string;
  readonly title: string;
  /** `engine`, a node name, or `all`. */
  readonly on: string;
  readonly state: StepState;
  readonly startedAt: Millis | null;
  readonly endedAt: Millis | null;
  readonly commands: readonly CommandView[];
  /** What a waiting step last saw, or a remark, e.g. `3 nodes at once`. */
  readonly note: string;
  readonly error?: WireError;
}

export type RunKind = 'deploy' | 'finish' | 'add-node' | 'remove-node' | 'flow' | 'destroy';

/**
 * `failed` waits for the user: retry, keep or undo. `kept`: left standing for a post-mortem. `undone`: failed or cancelled
 * and everything it made is removed.
 */
export type RunState = 'running' | 'failed' | 'undoing' | 'done' | 'kept' | 'undone' | 'cancelled';

/** What a destroy or an undo removed, and what is still there. */
export interface Receipt {
  readonly removed: readonly { readonly kind: 'container' | 'network' | 'volume'; readonly name: string }[];
  readonly remained: readonly {
    readonly kind: 'container' | 'network' | 'volume';
    readonly name: string;
    readonly why: string;
  }[];
  /** Shells and observers that were closed with it. */
  readonly closedTerminals: number;
  readonly ms: number;
}

/** A flow under way or ended, as plain data. */
export interface RunView {
  readonly id: string;
  readonly lab: string;
  readonly kind: RunKind;
  /** E.g. `Deploy microovn-1`. */
  readonly title: string;
  readonly state: RunState;
  readonly startedAt: Millis;
  readonly endedAt: Millis | null;
  readonly steps: readonly StepView[];
  readonly error?: WireError;
  /** Objects this run made so far and that cancelling removes. */
  readonly made: { readonly containers: number; readonly networks: number };
  readonly receipt?: Receipt;
}
