import * as v from 'valibot';
import { LabError } from '../shared/errors.ts';
import { memoryLimits, nodeLimits, requestInput, type LabRequest, type RequestInput } from '../shared/request.ts';
import { readInteger, readSettings, shorten } from './read-settings.ts';
import { readNext, type FlowSource } from './read-next.ts';

/** Longest lab name: with `-node-9` it is still a host name label of at most 63 characters, and short enough to read. */
const nameLimit = 32;

/** What a request is checked against. */
export interface RequestContext {
  readonly recipes: ReadonlyMap<string, FlowSource>;
  /** Names of labs that are there. */
  readonly taken: readonly string[];
}

/**
 * Checks what a door sent and fills in every default. Creates nothing.
 * @throws LabError 'input/invalid' | 'input/unknown' | 'input/taken', each with `field`, the reason, and a fix where there is one
 */
export function readRequest(input: RequestInput, context: RequestContext): LabRequest {
  const parsed = v.safeParse(requestInput, input);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const field = v.getDotPath(issue) ?? 'request';
    const unknown = issue.type === 'strict_object' && issue.expected === 'never';
    throw unknown
      ? new LabError('input/unknown', `There is no option \`${field}\`.`, {
          field,
          fix: 'Known are recipe, name, nodes, memoryMiB, settings and then.',
        })
      : new LabError('input/invalid', `\`${field}\` has the wrong type: ${issue.message}`, { field });
  }
  const { recipe: kind, name, nodes, memoryMiB, settings, then } = parsed.output;
  const recipe = findRecipe(kind, context);
  const { info } = recipe;
  const request = {
    name: name === undefined ? freeName(kind, context.taken) : readName(name, context.taken),
    recipe: kind,
    nodes: readInteger(nodes ?? info.defaultNodes, { field: 'nodes', unit: 'nodes', ...nodeLimits }),
    memoryMiB: readInteger(memoryMiB ?? memoryLimits.default, { field: 'memoryMiB', unit: 'MiB', ...memoryLimits }),
    settings: readSettings(settings ?? {}, info.parameters),
  };
  return then === undefined || then.length === 0 ? request : { ...request, then: readNext(then, recipe, request) };
}

/** `<recipe>-<k>` with the lowest k that is free. */
export function freeName(recipe: string, taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`${recipe}-${number}`)) number++;
  return `${recipe}-${number}`;
}

function findRecipe(kind: string, { recipes }: RequestContext): FlowSource {
  const recipe = recipes.get(kind);
  if (recipe !== undefined) return recipe;
  throw new LabError('input/unknown', `There is no recipe «${shorten(kind)}».`, {
    field: 'recipe',
    fix: `Known are ${[...recipes.keys()].join(', ')}.`,
  });
}

function readName(name: string, taken: readonly string[]): string {
  const refuse = (why: string) => {
    const better = suggestName(name);
    const fix = better === null ? {} : { fix: `Use ${taken.includes(better) ? nextFree(better, taken) : better}` };
    return new LabError('input/invalid', `«${shorten(name)}» cannot be a lab name: ${why}.`, { field: 'name', ...fix });
  };
  if (name === '') throw refuse('it is empty');
  if (!/^[a-z]/.test(name)) throw refuse('it must begin with a small letter');
  if (!/^[a-z0-9-]+$/.test(name)) throw refuse('only small letters, digits and hyphens');
  if (name.endsWith('-')) throw refuse('it must not end with a hyphen');
  if (name.length > nameLimit) throw refuse(`it has ${name.length} characters, ${nameLimit} are the most`);
  if (taken.includes(name)) {
    throw new LabError('input/taken', `A lab named ${name} is there already.`, {
      field: 'name',
      fix: `Use ${nextFree(name, taken)}`,
    });
  }
  return name;
}

/** The nearest name that is allowed, or null when nothing of it is left. */
function suggestName(name: string): string | null {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, nameLimit)
    .replace(/-+$/, '');
  return plain === '' ? null : plain;
}

function nextFree(name: string, taken: readonly string[]): string {
  const stem = name.replace(/-\d+$/, '').slice(0, nameLimit - 4);
  let number = 2;
  while (taken.includes(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
}
