import { LabError } from '../../shared/errors.ts';
import type { Setting } from '../../shared/request.ts';
import type { Found } from '../engines/engine.ts';
import type { Recipe, RecipeFlow } from '../recipes/recipe.ts';
import { readSettings } from '../request.ts';

/** What a door asks for: settings may lack, each then has its default. */
export interface FlowInput {
  readonly flow: string;
  readonly node?: string | undefined;
  readonly settings?: Readonly<Record<string, Setting>> | undefined;
}

/**
 * The flow that is asked for, its node and its settings, checked and complete.
 * @throws LabError 'input/unknown' | 'input/invalid' with fields `flow`, `node`, `settings.KEY`
 */
export function readFlow(
  recipe: Recipe,
  found: Found,
  asked: FlowInput,
): { readonly flow: RecipeFlow; readonly node: string | null; readonly settings: Readonly<Record<string, Setting>> } {
  const flow = recipe.flows.find(({ info }) => info.id === asked.flow);
  if (flow === undefined) {
    const known = recipe.flows.map(({ info }) => info.id);
    throw new LabError('input/unknown', `${recipe.info.title} has no flow «${asked.flow.slice(0, 40)}».`, {
      field: 'flow',
      fix: known.length === 0 ? 'It has none.' : `Known are ${known.join(', ')}.`,
    });
  }
  const settings = readSettings(asked.settings ?? {}, flow.info.parameters, 'flow');
  if (flow.info.on === 'lab') {
    if (asked.node === undefined) return { flow, node: null, settings };
    throw new LabError('input/invalid', `«${flow.info.id}» is for the whole lab, not for a node.`, { field: 'node' });
  }
  const names = found.nodes.map(({ node }) => node);
  if (asked.node === undefined || !names.includes(asked.node)) {
    const message =
      asked.node === undefined ? `«${flow.info.id}» needs a node.` : `There is no node «${asked.node.slice(0, 40)}».`;
    throw new LabError(asked.node === undefined ? 'input/invalid' : 'input/unknown', message, {
      field: 'node',
      fix: `The lab has ${names.join(', ')}.`,
    });
  }
  return { flow, node: asked.node, settings };
}
