import { LabError } from '../../shared/errors.ts';
import type { LabSummary } from '../../shared/lab.ts';
import type { Receipt } from '../../shared/run.ts';
import { confirm, print, type Cli } from './cli.ts';
import { followRun } from './follow-run.ts';
import { labSummaries } from './labs.ts';

/**
 * Destroys labs by their labels, all at once, and prints a receipt for each. Asks on a terminal, naming what will go.
 * @throws LabError 'input/unknown' before anything is touched; of the first run that failed
 */
export async function destroy(
  cli: Cli,
  names: readonly string[],
  options: { readonly all?: true; readonly yes?: true },
): Promise<void> {
  const labs = await labSummaries(cli);
  const chosen = choose(labs, names, options.all === true);
  if (chosen.length === 0) return print(cli, [], () => ['There is no lab.']);
  const question = `Destroy ${chosen.map(inWords).join(', ')} with all that is in them?`;
  if (options.yes !== true && !(await confirm(cli, question)))
    throw new LabError('cancelled', 'Nothing was destroyed.');
  const results = await Promise.allSettled(chosen.map((lab) => destroyOne(cli, lab.name)));
  const receipts = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  print(cli, receipts, () => receipts.flatMap(({ lab, receipt }) => receiptLines(lab, receipt)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  const remained = receipts.flatMap(({ receipt }) => receipt?.remained ?? []);
  if (remained.length > 0) throw new LabError('engine/refused', `${remained.length} objects could not be removed.`);
}

function choose(labs: readonly LabSummary[], names: readonly string[], all: boolean): readonly LabSummary[] {
  if (all && names.length > 0)
    throw new LabError('input/invalid', 'Name labs or say --all, not both.', { field: 'lab' });
  if (all) return labs;
  if (names.length === 0)
    throw new LabError('input/invalid', 'Which lab?', { field: 'lab', fix: '`quorate destroy LAB…` or `--all`' });
  return [...new Set(names)].map((name) => {
    const lab = labs.find((candidate) => candidate.name === name);
    if (lab) return lab;
    const known = labs.length === 0 ? 'there is none' : `there are ${labs.map((other) => other.name).join(', ')}`;
    throw new LabError('input/unknown', `There is no lab "${name}"; ${known}.`, { field: 'lab' });
  });
}

async function destroyOne(cli: Cli, lab: string): Promise<{ lab: string; receipt: Receipt | null }> {
  const { runId } = await cli.client.call('lab.destroy', { lab });
  const run = await followRun(cli, runId, { keep: true, lines: false });
  return { lab, receipt: run.receipt ?? null };
}

function inWords(lab: LabSummary): string {
  return `${lab.name} (${lab.nodes.length} ${lab.nodes.length === 1 ? 'node' : 'nodes'})`;
}

function receiptLines(lab: string, receipt: Receipt | null): string[] {
  if (!receipt) return [`${lab}: destroyed`];
  const seconds = (receipt.ms / 1000).toFixed(1);
  return [
    `${lab}: destroyed in ${seconds} s`,
    ...receipt.removed.map(({ kind, name }) => `  removed  ${kind} ${name}`),
    ...receipt.remained.map(({ kind, name, why }) => `  REMAINED ${kind} ${name}: ${why}`),
  ];
}
