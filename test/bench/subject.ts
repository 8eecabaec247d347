import { RpcClient } from '../../shared/rpc-client.ts';
import type { Client } from '../../shared/rpc.ts';
import type { RequestInput } from '../../shared/request.ts';
import type { RunView } from '../../shared/run.ts';
import { memoryTransports } from '../../electron/rpc/memory-transport.ts';
import { serveClient } from '../../electron/rpc/rpc-server.ts';
import { spread } from './measure.ts';
import { createWorkbench, type Workbench } from '../../electron/workbench.ts';

/** The product as its command line composes it: a workbench in this process and a client in front of it. */
export interface Subject {
  readonly workbench: Workbench;
  readonly client: Client;
  deploy(input: RequestInput): Promise<Timed>;
  destroy(lab: string): Promise<Timed>;
  close(): Promise<void>;
}

/** A run and the milliseconds from the call to the news of its end. */
export interface Timed {
  readonly ms: number;
  readonly run: RunView;
}

/** Opens the product; resolves when an engine answers. */
export async function openSubject(): Promise<Subject> {
  const workbench = createWorkbench();
  const [near, far] = memoryTransports();
  serveClient(far, workbench.handlers);
  const client = new RpcClient(near);
  await client.call('engine.look', {});
  const timed = async (call: () => Promise<{ readonly runId: string }>): Promise<Timed> => {
    const begun = performance.now();
    const { runId } = await call();
    const run = await ended(client, runId);
    return { ms: performance.now() - begun, run };
  };
  return {
    workbench,
    client,
    deploy: (input) => timed(() => client.call('lab.deploy', input)),
    destroy: (lab) => timed(() => client.call('lab.destroy', { lab })),
    close: async () => {
      client.close();
      await workbench.close();
    },
  };
}

/** Waits until a run is over. @throws when it ends in any state but `done` */
export function ended(client: Client, runId: string): Promise<RunView> {
  return new Promise((resolve, reject) => {
    const undo = client.subscribe('run', { runId }, (run) => {
      if (run.state === 'running' || run.state === 'undoing') return;
      queueMicrotask(() => undo());
      if (run.state === 'done') resolve(run);
      else reject(new Error(`${run.title}: ${run.state}: ${run.error?.message ?? ''} ${run.error?.detail ?? ''}`));
    });
  });
}

/** Medians of what each step of these runs took, e.g. `640 ms Start 3 nodes`, and of what lies outside of all steps. */
export function stepTimes(all: readonly Timed[]): readonly string[] {
  const steps = all[0]?.run.steps ?? [];
  const took = (one: Timed, index: number) => {
    const { startedAt = null, endedAt = null } = one.run.steps[index] ?? {};
    return startedAt === null || endedAt === null ? 0 : endedAt - startedAt;
  };
  const said = (ms: readonly number[], what: string) => `${Math.round(spread(ms).median)} ms ${what}`;
  return [
    ...steps.map((step, index) =>
      said(
        all.map((one) => took(one, index)),
        step.title,
      ),
    ),
    said(
      all.map((one) => one.ms - covered(one)),
      'before, between and after the steps',
    ),
  ];
}

/** Milliseconds in which at least one step ran: two may run side by side. */
function covered({ run }: Timed): number {
  let [sum, until] = [0, 0];
  for (const { startedAt, endedAt } of run.steps) {
    if (startedAt === null || endedAt === null) continue;
    sum += Math.max(0, endedAt - Math.max(startedAt, until));
    until = Math.max(until, endedAt);
  }
  return sum;
}
