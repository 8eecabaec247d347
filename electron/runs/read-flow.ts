import type { Setting } from '../../shared/request.ts';
import type { Found } from '../engines/engine.ts';
import { readAskedFlow, type FlowInput } from '../read-next.ts';
import type { Recipe, RecipeFlow } from '../recipes/recipe.ts';
import { LabError } from '../../shared/errors.ts';

/**
 * The flow that is asked for, its node and its settings, checked and complete.
 * @throws LabError 'input/unknown' | 'input/invalid' with fields `flow`, `node`, `settings.KEY`
 */
export function readFlow(
  recipe: Recipe,
  found: Found,
  asked: FlowInput,
): { readonly flow: RecipeFlow; readonly node: string | null; readonly settings: Readonly<Record<string, Setting>> } {
  const nodes = found.nodes.map(({ node }) => node);
  const { info, node, settings } = readAskedFlow(recipe.info, nodes, asked);
  const flow = recipe.flows.find((one) => one.info.id === info.id);
  // `info.flows` and `flows` tell of the same.
  if (flow === undefined) throw new LabError('internal', `${recipe.info.title} has no plan for «${info.id}».`);
  return { flow, node, settings };
}
