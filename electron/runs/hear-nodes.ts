import { LabError } from '../../shared/errors.ts';
import type { LabView, NodeView } from '../../shared/lab.ts';
import type { Labs } from '../labs.ts';

/** Milliseconds a lab is given to tell what is there. */
const inspectTimeout = 10_000;

/** Milliseconds for a node that listens and is silent: it may be frozen for a moment. */
const answerTimeout = 10_000;

/** Milliseconds from the start of a node until its daemons listen, on a busy machine. */
const listenTimeout = 3000;

/**
 * The lab as it is before a plan to finish it is made. Running nodes that are silent are waited for as long as they may yet answer: nodes of
 * which nobody listened since they started belong to nothing yet. What stays silent is for the recipe to judge.
 * @throws LabError 'input/unknown' | 'engine/unreachable'
 */
export async function hearNodes(labs: Pick<Labs, 'inspect' | 'waitFor'>, lab: string): Promise<LabView> {
  const view = await labs.inspect(lab, { timeout: inspectTimeout });
  const timeout = Math.max(0, ...silent(view).map(patience));
  if (timeout === 0) return view;
  const unmet = (now: LabView) => {
    const names = silent(now).map(({ name }) => name);
    return names.length === 0 ? null : `${names.join(', ')} to answer`;
  };
  try {
    await labs.waitFor(lab, unmet, { timeout, signal: new AbortController().signal });
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'step/timeout') throw error;
  }
  return labs.inspect(lab, { timeout: inspectTimeout });
}

const silent = ({ nodes }: LabView) => nodes.filter(({ state, answers }) => state === 'running' && !answers.answers);

/** Milliseconds a silent node is worth waiting for. */
function patience({ answers, since }: NodeView): number {
  if (answers.asking === true || answers.observedAt !== null) return answerTimeout;
  return since === null ? listenTimeout : since + listenTimeout - Date.now();
}
