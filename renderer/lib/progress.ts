import type { RunView } from '../../shared/run.ts';

/** Which step a run is at, counted from 1, of how many. */
export function progressOf(run: RunView): { readonly at: number; readonly all: number } {
  const all = run.steps.length;
  const now = run.steps.findIndex((step) => step.state === 'running' || step.state === 'failed');
  if (now >= 0) return { at: now + 1, all };
  const done = run.steps.filter((step) => step.state !== 'todo').length;
  return { at: Math.max(1, Math.min(all, done)), all };
}
