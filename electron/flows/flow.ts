import { LabError } from '../../shared/errors.ts';
import type { LabView } from '../../shared/lab.ts';
import type { Deferred } from '../deferred.ts';
import type { Engine } from '../engines/engine.ts';
import type { FlowRecord } from './flow-record.ts';

/** What a flow needs of the rest of the backend. */
export interface FlowDeps {
  readonly engine: Engine;
  readonly images: { ensure(name: string, onLine: (line: string) => void, signal: AbortSignal): Promise<string> };
  readonly labs: {
    waitFor(
      lab: string,
      unmet: (view: LabView) => string | null,
      options: { timeout: number; signal: AbortSignal; onUnmet?: (words: string) => void },
    ): Promise<void>;
  };
}

/** A flow under way. */
export interface Flow extends FlowDeps {
  readonly lab: string;
  readonly record: FlowRecord;
  readonly signal: AbortSignal;
  /** Called after each change of the record. */
  readonly changed: () => void;
  /** Engine ids by short node name; grows as nodes are created. */
  readonly ids: Map<string, string>;
  /** Full names of the networks that are there. */
  readonly networks: Set<string>;
  /** Short names of nodes that run. */
  readonly running: Set<string>;
  /** By short name: nodes a step starts while another runs, and whether they came to run. */
  readonly starting: Map<string, Deferred<boolean>>;
}

/** Waits for all, then throws the first that failed: nothing is still going on when undo begins. */
export async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  const failures = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
  // A sibling that was merely cancelled must not hide the cause.
  const cause = failures.find((reason) => !(reason instanceof LabError && reason.code === 'cancelled')) ?? failures[0];
  if (failures.length > 0) throw cause;
}

/** The engine's id of a node. @throws LabError 'node/not-running' when it was never made */
export function idOf(flow: Flow, node: string): string {
  const id = flow.ids.get(node);
  if (id === undefined) throw new LabError('node/not-running', `${node} is not there.`);
  return id;
}
