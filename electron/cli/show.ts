import type { RecipeCard } from '../../shared/rpc.ts';
import type { FlowInfo } from '../../shared/recipe.ts';
import type { Parameter } from '../../shared/request.ts';
import { needEngine, print, type Cli } from './cli.ts';

/** Prints what can be deployed, with each setting. */
export async function recipes(cli: Cli): Promise<void> {
  const cards = await cli.client.call('recipe.list', {});
  print(cli, cards, () => cards.flatMap(recipeLines));
}

/** Prints the ledger of a lab, or of a recipe's default lab, as a shell script that a person can run. */
export async function script(cli: Cli, target: string): Promise<void> {
  // A recipe's script too: its commands are those of the engine that is here.
  await needEngine(cli);
  const cards = await cli.client.call('recipe.list', {});
  const isRecipe = cards.some((card) => card.kind === target);
  const result = await cli.client.call('lab.script', isRecipe ? { recipe: target } : { lab: target });
  print(cli, result, () => [result.script.trimEnd()]);
}

function recipeLines(card: RecipeCard): string[] {
  return [
    `${card.kind}: ${card.title}, ${card.defaultNodes} nodes`,
    ...card.summary.split('\n').map((line) => `  ${line}`),
    ...parameterLines(card.parameters),
    ...(card.flows.length === 0
      ? []
      : ['  Flows (`quorate do LAB FLOW`):', ...card.flows.map((flow) => `    ${usageOf(flow)}  ${flow.title}`)]),
  ];
}

/** How a flow is typed after `quorate do LAB`. */
export const usageOf = (flow: FlowInfo) => `${flow.id}${flow.on === 'node' ? ' NODE' : ''}`;

/** A line for each setting, as it is given. */
export function parameterLines(parameters: readonly Parameter[]): string[] {
  return parameters.map((parameter) => `  --set ${parameter.key}=${valuesOf(parameter)}  ${parameter.title}`);
}

function valuesOf(parameter: Parameter): string {
  switch (parameter.type) {
    case 'integer':
      return `${parameter.min}..${parameter.max}${parameter.unit === '' ? '' : ` ${parameter.unit}`} (${parameter.default})`;
    case 'choice':
      return `${parameter.choices.map(({ value }) => value).join('|')} (${parameter.default})`;
    case 'boolean':
      return `true|false (${parameter.default})`;
    case 'text':
      return `text (${JSON.stringify(parameter.default)})`;
  }
}
