import { LabError } from '../shared/errors.ts';
import type { FlowInfo, RecipeInfo } from '../shared/recipe.ts';
import type { LabRequest, NextFlow, RequestInput, Setting } from '../shared/request.ts';
import { didYouMean } from './did-you-mean.ts';
import { readSettings, shorten } from './read-settings.ts';
import type { RecipeFlow } from './recipes/recipe.ts';

/** What a door asks for: settings may lack, each then has its default. */
export interface FlowInput {
  readonly flow: string;
  readonly node?: string | undefined;
  readonly settings?: Readonly<Record<string, Setting>> | undefined;
}

/** A flow that is asked for, its node (null where it is for the whole lab) and its settings, checked and complete. */
export interface AskedFlow {
  readonly info: FlowInfo;
  readonly node: string | null;
  readonly settings: Readonly<Record<string, Setting>>;
}

/** What the fields are called where they were given, for the errors that name one. */
interface Fields {
  readonly flow: string;
  readonly node: string;
  readonly settings: string;
}

const ofCall: Fields = { flow: 'flow', node: 'node', settings: 'settings' };

/**
 * @param nodes those the lab has, or will have
 * @throws LabError 'input/unknown' | 'input/invalid' with fields `flow`, `node`, `settings.KEY`, or as `fields` calls them
 */
export function readAskedFlow(
  recipe: RecipeInfo,
  nodes: readonly string[],
  asked: FlowInput,
  fields: Fields = ofCall,
): AskedFlow {
  const info = recipe.flows.find(({ id }) => id === asked.flow);
  if (info === undefined) throw unknownFlow(recipe, asked.flow, fields.flow);
  const settings = readSettings(asked.settings ?? {}, info.parameters, 'flow', fields.settings);
  if (info.on === 'lab') {
    if (asked.node === undefined) return { info, node: null, settings };
    throw new LabError('input/invalid', `«${info.id}» is for the whole lab, not for a node.`, { field: fields.node });
  }
  const fix = `The lab has ${nodes.join(', ')}.`;
  if (asked.node === undefined) {
    // The flow stands in the file where the node does not.
    const field = fields === ofCall ? fields.node : fields.flow;
    throw new LabError('input/invalid', `«${info.id}» needs a node.`, { field, fix });
  }
  if (!nodes.includes(asked.node))
    throw new LabError('input/unknown', `There is no node «${shorten(asked.node)}».`, { field: fields.node, fix });
  return { info, node: asked.node, settings };
}

function unknownFlow(recipe: RecipeInfo, asked: string, field: string): LabError {
  const known = recipe.flows.map(({ id }) => id);
  const near = didYouMean(asked, known);
  const all = known.length === 0 ? 'It has none.' : `Known are ${known.join(', ')}.`;
  return new LabError('input/unknown', `${recipe.title} has no flow «${shorten(asked)}».`, {
    field,
    fix: near === null ? all : `Did you mean ${near}? ${all}`,
  });
}

/** As much of a recipe as can be asked before there is a lab. */
export interface FlowSource {
  readonly info: RecipeInfo;
  readonly flows?: readonly Pick<RecipeFlow, 'info' | 'check'>[];
}

/**
 * The flows that are to follow a deploy, each checked against the nodes the lab will have.
 * @throws LabError 'input/*' with fields such as `then.0.do`, `then.0.on`, `then.0.with.value`
 */
export function readNext(
  asked: NonNullable<RequestInput['then']>,
  recipe: FlowSource,
  request: LabRequest,
): readonly NextFlow[] {
  const nodes = Array.from({ length: request.nodes }, (_, index) => `node-${index + 1}`);
  return asked.map((next, index) => {
    const at = `then.${index}`;
    const fields = { flow: `${at}.do`, node: `${at}.on`, settings: `${at}.with` };
    const flow = { flow: next.do, node: next.on, settings: next.with };
    const { info, node, settings } = readAskedFlow(recipe.info, nodes, flow, fields);
    const check = recipe.flows?.find((one) => one.info.id === info.id)?.check;
    try {
      check?.({ request, settings });
    } catch (error) {
      throw renamed(error, fields);
    }
    return { do: info.id, ...(node === null ? {} : { on: node }), with: settings };
  });
}

/** The same error with the field as the file calls it. */
function renamed(error: unknown, fields: Fields): unknown {
  if (!(error instanceof LabError) || error.field === undefined) return error;
  const [first, ...rest] = error.field.split('.');
  const known = first === 'flow' || first === 'node' || first === 'settings' ? fields[first] : error.field;
  const fix = error.fix === undefined ? {} : { fix: error.fix };
  return new LabError(error.code, error.message, { cause: error, field: [known, ...rest].join('.'), ...fix });
}
