import type { NodeAction } from '../../shared/rpc.ts';
import { confirm, needEngine, note, print, type Cli } from './cli.ts';
import { followRun } from './follow-run.ts';
import { labSummaries } from './labs.ts';
import { LabError } from '../../shared/errors.ts';

/** Past tense, for what is said when it is done. */
const done: Readonly<Record<NodeAction, string>> = {
  stop: 'stopped',
  start: 'started',
  restart: 'restarted',
  kill: 'killed',
  pause: 'paused',
  resume: 'resumed',
  cut: 'cut from its networks',
  restore: 'back on its networks',
};

/** Breaks or mends one node, or every node of a lab at once. */
export async function change(cli: Cli, action: NodeAction, lab: string, node: string | undefined): Promise<void> {
  await needEngine(cli);
  const nodes = node === undefined ? await allNodes(cli, lab) : [node];
  if (node === undefined && (action === 'stop' || action === 'start'))
    await cli.client.call('lab.act', { lab, action });
  else await together(nodes.map((name) => cli.client.call('node.act', { lab, node: name, action })));
  print(cli, { lab, nodes, action }, () => nodes.map((name) => `${lab} ${name}: ${done[action]}`));
}

/** Grows a lab by one node with the product's own verbs. */
export async function addMember(cli: Cli, lab: string, options: { readonly keep?: true }): Promise<void> {
  await needEngine(cli);
  const { runId, node } = await cli.client.call('member.add', { lab });
  await followRun(cli, runId, { keep: options.keep === true, lines: false });
  print(cli, { lab, node }, () => [`${lab} ${node}: added`]);
}

/** Takes a node out of a lab with the product's own verbs, and removes it. Asks, for its data goes. */
export async function removeMember(
  cli: Cli,
  lab: string,
  node: string,
  options: { readonly force?: true; readonly yes?: true },
): Promise<void> {
  await needEngine(cli);
  if (options.yes !== true && !(await confirm(cli, `Remove ${node} from ${lab} with its data?`)))
    throw new LabError('cancelled', 'Nothing was removed.');
  const { runId } = await cli.client.call('member.remove', { lab, node, force: options.force === true });
  await followRun(cli, runId, { keep: true, lines: false });
  print(cli, { lab, node }, () => [`${lab} ${node}: removed`]);
}

/** Follows the finish of a lab that was left half done. */
export async function finish(cli: Cli, lab: string): Promise<void> {
  await needEngine(cli);
  const { runId } = await cli.client.call('lab.finish', { lab });
  await followRun(cli, runId, { keep: true, lines: true });
  if (!cli.json) note(cli, `${lab} is complete.`);
}

async function allNodes(cli: Cli, lab: string): Promise<string[]> {
  const found = (await labSummaries(cli)).find((candidate) => candidate.name === lab);
  if (found) return found.nodes.map((node) => node.name);
  throw new LabError('input/unknown', `There is no lab "${lab}".`, { field: 'lab', fix: '`quorate list`' });
}

/** Waits for all, then throws the first error. */
async function together(calls: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(calls)) if (result.status === 'rejected') throw result.reason;
}
