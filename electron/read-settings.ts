import { LabError } from '../shared/errors.ts';
import type { Parameter, Setting } from '../shared/request.ts';

export interface Bounds {
  readonly field: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}

/** A whole number within bounds, also as digits. @throws LabError 'input/invalid' with that field */
export function readInteger(value: Setting, { field, unit, min, max }: Bounds): number {
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
 * Every setting, checked, defaults filled in. `of` says whose they are in the words of an error, `under` where they were given.
 * @throws LabError 'input/unknown' | 'input/invalid' with field `settings.KEY`, or `UNDER.KEY`
 */
export function readSettings(
  given: Readonly<Record<string, Setting>>,
  parameters: readonly Parameter[],
  of: 'recipe' | 'flow' = 'recipe',
  under = 'settings',
): Readonly<Record<string, Setting>> {
  for (const key of Object.keys(given)) {
    if (!parameters.some((parameter) => parameter.key === key)) {
      throw new LabError('input/unknown', `This ${of} has no setting «${shorten(key)}».`, {
        field: `${under}.${key}`,
        fix:
          parameters.length === 0
            ? 'It has none.'
            : `Known are ${parameters.map((parameter) => parameter.key).join(', ')}.`,
      });
    }
  }
  return Object.fromEntries(
    parameters.map((parameter) => {
      const { key } = parameter;
      const value = Object.hasOwn(given, key) ? given[key] : undefined;
      return [key, readSetting(value ?? parameter.default, parameter, `${under}.${key}`)];
    }),
  );
}

function readSetting(value: Setting, parameter: Parameter, field: string): Setting {
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

/** What was given, short enough for a sentence. */
export function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
