import type { Found } from '../engines/engine.ts';
import { LabError, toWireError } from '../../shared/errors.ts';
import { deferred } from '../deferred.ts';
import { begin, end, type FlowRecord, type StepRecord } from './flow-record.ts';
import { allOf, type Flow, type FlowDeps } from './flow.ts';
import { runStep } from './run-step.ts';
import { undoStep } from './undo-step.ts';

/**
 * Runs the steps of a record that are not done, one after the other. On return all are done; on a throw the step that failed says why and
 * the ones after it are untouched. What an earlier attempt made is found by its labels and not made again.
 * @throws LabError of the failed step, or 'cancelled'
 */
export async function runFlow(
  record: FlowRecord,
  deps: FlowDeps,
  options: {
    readonly signal: AbortSignal;
    readonly changed: () => void;
    readonly onStep?: (step: StepRecord) => void;
    /** What the engine holds of this lab, where that is known already. */
    readonly found?: Found;
  },
): Promise<void> {
  const flow = await openFlow(record, deps, options);
  const open = record.steps.filter(({ state }) => state !== 'done' && state !== 'skipped');
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const [after] = open;
    if (next.step.kind === 'nodes' && after?.step.kind === 'commands' && after.step.asNodesStart === true) {
      open.shift();
      await runAsNodesStart(next, after, flow, options.onStep);
    } else await runOne(next, flow, options.onStep);
  }
}

/** Runs the second step beside the first from the moment one of its nodes runs. Returns or throws when both have come to rest. */
async function runAsNodesStart(
  nodes: StepRecord,
  commands: StepRecord,
  flow: Flow,
  onStep: ((step: StepRecord) => void) | undefined,
): Promise<void> {
  const names = nodes.step.kind === 'nodes' ? nodes.step.nodes.map(({ node }) => node) : [];
  for (const name of names) flow.starting.set(name, deferred());
  const comings = [...flow.starting.values()];
  const starting = runOne(nodes, flow, onStep).finally(() => comings.forEach((coming) => coming.resolve(false)));
  const forming = Promise.any(comings.map(({ promise }) => promise.then(orThrow))).then(
    () => runOne(commands, flow, onStep),
    () => undefined,
  );
  try {
    await allOf([starting, forming]);
  } finally {
    flow.starting.clear();
  }
}

function orThrow(runs: boolean): void {
  if (!runs) throw new LabError('node/not-running', 'It was not started.');
}

async function runOne(step: StepRecord, flow: Flow, onStep: ((step: StepRecord) => void) | undefined): Promise<void> {
  begin(step);
  step.error = null;
  flow.changed();
  try {
    if (flow.signal.aborted) throw new LabError('cancelled', 'Cancelled.');
    await runStep(step, flow);
    end(step);
    if (step.commands.length > 0 && step.commands.every(({ state }) => state === 'skipped')) step.state = 'skipped';
  } catch (thrown) {
    const error = asCancelled(thrown, flow.signal);
    end(step, error);
    step.error = toWireError(error);
    throw error;
  } finally {
    onStep?.(step);
    flow.changed();
  }
}

/**
 * Takes back what the steps of this record did, newest first, whatever fails on the way.
 * @returns what could not be taken back, with the reason
 */
export async function undoFlow(
  record: FlowRecord,
  deps: FlowDeps,
  changed: () => void,
): Promise<readonly { readonly step: string; readonly why: string }[]> {
  const flow = await openFlow(record, deps, { signal: new AbortController().signal, changed });
  const failures: { step: string; why: string }[] = [];
  for (const step of record.steps.toReversed()) {
    if (step.state === 'todo' && step.made.length === 0) continue;
    try {
      const undone = await undoStep(step, flow);
      // What failed keeps its state: it is the evidence.
      if (undone && step.state !== 'failed') step.state = 'undone';
    } catch (thrown) {
      failures.push({ step: step.step.id, why: record.secrets.mask(toWireError(thrown).message) });
    }
    changed();
  }
  return failures;
}

async function openFlow(
  record: FlowRecord,
  deps: FlowDeps,
  options: { readonly signal: AbortSignal; readonly changed: () => void; readonly found?: Found },
): Promise<Flow> {
  const found = options.found ?? (await deps.engine.list(record.lab));
  if (found.missing.length > 0) {
    throw new LabError('engine/unreachable', 'The container engine does not answer.', {
      detail: found.missing.join('\n'),
    });
  }
  return {
    ...deps,
    lab: record.lab,
    record,
    signal: options.signal,
    changed: options.changed,
    ids: new Map(found.nodes.map((node) => [node.node, node.id])),
    networks: new Set(found.networks.map((network) => network.name)),
    running: new Set(found.nodes.filter((node) => node.state === 'running').map((node) => node.node)),
    starting: new Map(),
  };
}

/** Whatever a call threw after the signal fired, the cause is the cancelling. */
function asCancelled(thrown: unknown, signal: AbortSignal): unknown {
  return signal.aborted ? new LabError('cancelled', 'Cancelled.', { cause: thrown }) : thrown;
}
