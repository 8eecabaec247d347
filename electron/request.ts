import * as v from 'valibot';
import { LabError } from '../shared/errors.ts';
import {
  memoryLimits,
  nodeLimits,
  requestInput,
  type LabRequest,
  type Parameter,
  type RequestInput,
  type Setting,
} from '../shared/request.ts';
import type { RecipeInfo } from '../shared/recipe.ts';

/** Longest lab name: with `-node-9` it is still a host name label of at most 63 characters, and short enough to read. */
const nameLimit = 32;

/** What a request is checked against. */
export interface RequestContext {
  readonly recipes: ReadonlyMap<string, { readonly info: RecipeInfo }>;
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
          fix: 'Known are recipe, name, nodes, memoryMiB and settings.',
        })
      : new LabError('input/invalid', `\`${field}\` has the wrong type: ${issue.message}`, { field });
  }
  const { recipe: kind, name, nodes, memoryMiB, settings } = parsed.output;
  const info = findRecipe(kind, context);
  return {
    name: name === undefined ? freeName(kind, context.taken) : readName(name, context.taken),
    recipe: kind,
    nodes: readInteger(nodes ?? info.defaultNodes, { field: 'nodes', unit: 'nodes', ...nodeLimits }),
    memoryMiB: readInteger(memoryMiB ?? memoryLimits.default, { field: 'memoryMiB', unit: 'MiB', ...memoryLimits }),
    settings: readSettings(settings ?? {}, info.parameters),
  };
}

/** `<recipe>-<k>` with the lowest k that is free. */
export function freeName(recipe: string, taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`${recipe}-${number}`)) number++;
  return `${recipe}-${number}`;
}

function findRecipe(kind: string, { recipes }: RequestContext): RecipeInfo {
  const recipe = recipes.get(kind);
  if (recipe !== undefined) return recipe.info;
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

interface Bounds {
  readonly field: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}

function readInteger(value: Setting, { field, unit, min, max }: Bounds): number {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  const invalid = (why: string, fix?: string) =>
    new LabError('input/invalid', `\`${field}\` is ${shorten(String(value))}: ${why}.`, {
      field,
      ...(fix === undefined ? {} : { fix }),
    });
  if (typeof number !== 'number' || !Number.isInteger(number)) throw invalid('it must be a whole number');
  if (number < min) throw invalid(`${min} ${unit} are the fewest`, `Use ${min}`);
  if (number > max) throw invalid(`${max} ${unit} are the most`, `Use ${max}`);
  return number;
}

/**
 * Every setting, checked, defaults filled in. `of` says whose they are in the words of an error.
 * @throws LabError 'input/unknown' | 'input/invalid' with field `settings.KEY`
 */
export function readSettings(
  given: Readonly<Record<string, Setting>>,
  parameters: readonly Parameter[],
  of: 'recipe' | 'flow' = 'recipe',
): Readonly<Record<string, Setting>> {
  for (const key of Object.keys(given)) {
    if (!parameters.some((parameter) => parameter.key === key)) {
      throw new LabError('input/unknown', `This ${of} has no setting «${shorten(key)}».`, {
        field: `settings.${key}`,
        fix:
          parameters.length === 0
            ? 'It has none.'
            : `Known are ${parameters.map((parameter) => parameter.key).join(', ')}.`,
      });
    }
  }
  return Object.fromEntries(
    parameters.map((parameter) => [parameter.key, readSetting(given[parameter.key] ?? parameter.default, parameter)]),
  );
}

function readSetting(value: Setting, parameter: Parameter): Setting {
  const field = `settings.${parameter.key}`;
  if (parameter.type === 'integer') return readInteger(value, { ...parameter, field });
  const text = String(value);
  if (parameter.type === 'text') return readText(text, parameter, field);
  const allowed = parameter.type === 'boolean' ? ['true', 'false'] : parameter.choices.map((choice) => choice.value);
  if (!allowed.includes(text)) {
    throw new LabError('input/invalid', `\`${field}\` is «${shorten(text)}»: it must be ${allowed.join(' or ')}.`, {
      field,
    });
  }
  return parameter.type === 'boolean' ? text === 'true' : text;
}

function readText(text: string, parameter: Extract<Parameter, { type: 'text' }>, field: string): string {
  const invalid = (why: string) => new LabError('input/invalid', `\`${field}\` ${why}.`, { field });
  if (parameter.required === true && text.trim() === '') throw invalid('is empty');
  if (text.length > parameter.max) throw invalid(`has ${text.length} characters: ${parameter.max} are the most`);
  const control = parameter.lines === true ? /[\u0000-\u0008\u000b-\u001f\u007f]/ : /[\u0000-\u001f\u007f]/;
  if (control.test(text)) throw invalid('has characters that no keyboard makes');
  return text;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
