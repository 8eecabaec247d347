import { LabError } from '../../shared/errors.ts';
import type { FlowInfo } from '../../shared/recipe.ts';
import type { RunView } from '../../shared/run.ts';
import { didYouMean } from '../did-you-mean.ts';
import { confirm, needEngine, print, type Cli } from './cli.ts';
import { readSet } from './deploy.ts';
import { followRun } from './follow-run.ts';
import { labSummaries } from './labs.ts';
import { parameterLines, usageOf } from './show.ts';

export interface DoOptions {
  /** `key=value` */
  readonly set: readonly string[];
  readonly yes?: true;
  readonly keep?: true;
}

/**
 * Does something that users of a lab's product do with it, a flow of its recipe, and prints what its commands said; without a flow it
 * lists those there are. A flow that loses data asks.
 * @throws LabError 'input/*' with nothing done, of the run that failed, 'cancelled'
 */
export async function doFlow(
  cli: Cli,
  lab: string,
  flow: string | undefined,
  node: string | undefined,
  options: DoOptions,
): Promise<void> {
  await needEngine(cli);
  const flows = await flowsOf(cli, lab);
  if (flow === undefined) return print(cli, flows, () => listLines(lab, flows));
  const info = flows.find(({ id }) => id === flow);
  if (info === undefined) throw unknownFlow(lab, flow, flows);
  const question = `${info.title}${node === undefined ? '' : ` on ${node}`}? ${info.loses ?? ''}`.trimEnd();
  if (info.loses !== undefined && options.yes !== true && !(await confirm(cli, question)))
    throw new LabError('cancelled', 'Nothing was done.');
  const settings = Object.fromEntries(options.set.map(readSet));
  const asked = { lab, flow, ...(node === undefined ? {} : { node }), settings };
  const { runId } = await cli.client.call('lab.flow', asked);
  const run = await followRun(cli, runId, { keep: options.keep === true, lines: false });
  print(cli, run, () => transcript(run));
}

/** The flows of a lab's recipe. @throws LabError 'input/unknown' */
export async function flowsOf(cli: Cli, lab: string): Promise<readonly FlowInfo[]> {
  const labs = await labSummaries(cli);
  const found = labs.find(({ name }) => name === lab);
  if (found === undefined)
    throw new LabError('input/unknown', `There is no lab "${lab}".`, { field: 'lab', fix: '`quorate list`' });
  const cards = await cli.client.call('recipe.list', {});
  return cards.find(({ kind }) => kind === found.recipe)?.flows ?? [];
}

function unknownFlow(lab: string, flow: string, flows: readonly FlowInfo[]): LabError {
  const known = flows.map(({ id }) => id);
  const near = didYouMean(flow, known);
  const there = known.length === 0 ? 'its recipe has none' : `there are ${known.join(', ')}`;
  return new LabError('input/unknown', `There is no flow "${flow}" for ${lab}; ${there}.`, {
    field: 'flow',
    fix: near === null ? `\`quorate do ${lab}\` tells what each does` : `\`quorate do ${lab} ${near}\``,
  });
}

/** Flows under their headings, with what they are started on and their settings. */
function listLines(lab: string, flows: readonly FlowInfo[]): string[] {
  if (flows.length === 0) return [`The recipe of ${lab} has no flows.`];
  const groups = [...new Set(flows.map(({ group }) => group))];
  return groups.flatMap((group, index) => [
    ...(index === 0 ? [] : ['']),
    group,
    ...flows.filter((flow) => flow.group === group).flatMap((flow) => flowLines(flow).map((line) => `  ${line}`)),
  ]);
}

/** What a flow is, in lines: how it is typed, what it shows, its settings. */
function flowLines(flow: FlowInfo): string[] {
  return [
    `${usageOf(flow)}  ${flow.title}`,
    `    ${flow.help}`,
    ...parameterLines(flow.parameters).map((line) => `  ${line}`),
    ...(flow.loses === undefined ? [] : [`    Loses: ${flow.loses}`]),
  ];
}

/** What was typed and what came of it; what a waiting step found out stands under its title. */
function transcript(run: RunView): string[] {
  return run.steps.flatMap((step) => [
    `# ${step.title}${step.note === '' ? '' : `: ${step.note}`}`,
    ...step.commands.flatMap(({ on, line, output }) => [
      `${on}$ ${line}`,
      ...(output === '' ? [] : output.trimEnd().split('\n')),
    ]),
  ]);
}
