import type { LabView } from '../../shared/lab.ts';
import type { Client } from '../../shared/rpc.ts';
import type { RunView } from '../../shared/run.ts';
import { verdictOf } from '../../shared/verdict.ts';

/** Waits until a run is over. @throws with its words when it failed */
export function finished(client: Client, runId: string): Promise<RunView> {
  return new Promise((resolve, reject) => {
    const undo = client.subscribe('run', { runId }, (run) => {
      if (run.state === 'running' || run.state === 'undoing') return;
      queueMicrotask(() => undo());
      if (run.state === 'done') resolve(run);
      else reject(new Error(`${run.title}: ${run.state}. ${run.error?.message ?? ''} ${run.error?.detail ?? ''}`));
    });
  });
}

/** Mends whatever a test broke and waits until the lab can lose a node again. @throws saying what was last seen, after a minute */
export async function mend(client: Client, lab: string): Promise<void> {
  const view = await client.call('lab.inspect', { lab });
  for (const { name: node, state, cut } of view.nodes) {
    if (state === 'paused') await client.call('node.act', { lab, node, action: 'resume' });
    if (state === 'stopped') await client.call('node.act', { lab, node, action: 'start' });
    if (cut) await client.call('node.act', { lab, node, action: 'restore' });
  }
  await until(client, lab, (seen) => verdictOf(seen, seen.at).text === 'Any one node may fail');
}

/** Watches a lab until its view is as wanted. @throws saying what was last seen, after a minute */
export function until(client: Client, lab: string, wanted: (view: LabView) => boolean): Promise<LabView> {
  return new Promise((resolve, reject) => {
    let seen: LabView | null = null;
    const timer = setTimeout(() => {
      undo();
      const said = seen === null ? 'nothing' : verdictOf(seen, seen.at).text;
      reject(new Error(`${lab} is not as wanted after a minute: ${said}, ${JSON.stringify(seen?.warnings)}`));
    }, 60_000);
    const undo = client.subscribe('lab', { lab }, (view) => {
      seen = view;
      if (!wanted(view)) return;
      clearTimeout(timer);
      queueMicrotask(() => undo());
      resolve(view);
    });
  });
}

/** The node that leads a database now. @throws when none does */
export async function leaderOf(client: Client, lab: string, database: string): Promise<string> {
  const view = await until(client, lab, (seen) => leaderIn(seen, database) !== null);
  return leaderIn(view, database) ?? '';
}

function leaderIn(view: LabView, database: string): string | null {
  const replicas = view.databases.find(({ id }) => id === database)?.replicas ?? [];
  return replicas.find(({ answers, leads }) => answers && leads)?.node ?? null;
}
