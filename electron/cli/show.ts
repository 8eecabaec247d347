import { LabError } from '../../shared/errors.ts';
import type { EngineHealth } from '../../shared/engine.ts';
import type { RecipeCard } from '../../shared/rpc.ts';
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

/** Prints whether labs can run here, what was tried, and the fix. @throws LabError 'engine/*' when they cannot */
export async function doctor(cli: Cli): Promise<void> {
  const health = await cli.client.call('engine.look', {});
  const cards = await cli.client.call('recipe.list', {});
  const images = cards.map(({ kind, image }) => ({ recipe: kind, image }));
  print(cli, { engine: health, images }, () => [
    ...healthLines(health),
    ...images.map(({ recipe, image }) => `image of ${recipe}: ${image}`),
  ]);
  if (health.state === 'ready') return;
  const code = health.state === 'denied' ? 'engine/denied' : 'engine/unreachable';
  throw new LabError(code, health.message, health.fix === '' ? {} : { fix: health.fix });
}

function healthLines(health: EngineHealth): string[] {
  const facts = [
    health.engine === null ? '' : `${health.engine} ${health.version ?? ''} (API ${health.apiVersion ?? 'unknown'})`,
    health.cores === null ? '' : `${health.cores} cores, ${health.memoryMiB ?? '?'} MiB`,
  ].filter((fact) => fact !== '');
  return [
    `engine: ${health.state}`,
    ...facts.map((fact) => `  ${fact}`),
    ...health.tried.map((line) => `  tried ${line}`),
    ...(health.notes ?? []).flatMap(({ message, why, fix }) => [
      `  note: ${message} ${why}`,
      ...(fix === '' ? [] : [`    fix: ${fix}`]),
    ]),
  ];
}

function recipeLines(card: RecipeCard): string[] {
  return [
    `${card.kind}: ${card.title}, ${card.defaultNodes} nodes`,
    ...card.summary.split('\n').map((line) => `  ${line}`),
    ...card.parameters.map((parameter) => `  --set ${parameter.key}=${valuesOf(parameter)}  ${parameter.title}`),
  ];
}

function valuesOf(parameter: Parameter): string {
  switch (parameter.type) {
    case 'integer':
      return `${parameter.min}..${parameter.max}${parameter.unit === '' ? '' : ` ${parameter.unit}`} (${parameter.default})`;
    case 'choice':
      return `${parameter.choices.map(({ value }) => value).join('|')} (${parameter.default})`;
    case 'boolean':
      return `true|false (${parameter.default})`;
  }
}
