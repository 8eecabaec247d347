import type { WireError } from '../../shared/errors.ts';
import type { Parameter, Setting } from '../../shared/request.ts';

/** What a form of parameters holds: text as typed, so that what is wrong can be shown where it was typed. */
export type Values = Record<string, Setting>;

/** Every parameter at its default. */
export function defaultsOf(parameters: readonly Parameter[]): Values {
  return Object.fromEntries(parameters.map(({ key, default: value }) => [key, value]));
}

/** What to send: a number left empty is left out, so that its default holds; a text may be empty. */
export function filledIn(values: Values, parameters: readonly Parameter[]): Record<string, Setting> {
  const texts = new Set(parameters.filter(({ type, default: value }) => type === 'text' && value !== '').map(keyOf));
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== '' || texts.has(key)));
}

/** The key of the field an error belongs to, without `settings.` and the line of a lab file; null when none of `keys` is meant. */
export function fieldAmong(error: WireError | null, keys: readonly string[]): string | null {
  if (error?.field === undefined) return null;
  const key = error.field.replace(/^line \d+:\s*/, '').replace(/^settings\./, '');
  return keys.includes(key) ? key : null;
}

/** What an error says, with parameters named as the form names them: «Election timer is 5: …» for «`electionTimer` is 5: …». */
export function inTitles(text: string, titles: readonly (readonly [key: string, title: string])[]): string {
  return titles.reduce((said, [key, title]) => said.replaceAll(`\`${key}\``, title), text);
}

/** Keys with their titles, for {@link inTitles}. */
export function titlesOf(parameters: readonly Parameter[]): readonly (readonly [string, string])[] {
  return parameters.map(({ key, title }) => [key, title] as const);
}

const keyOf = ({ key }: Parameter): string => key;
