import type { WireError } from '../../shared/errors.ts';
import type { LabRequest, Parameter, RequestInput } from '../../shared/request.ts';
import { defaultsOf, fieldAmong, filledIn, inTitles, titlesOf, type Values } from '../lib/parameters.ts';
import { words } from '../lib/words.ts';

/** What the options dialog holds: text as typed, so that what is wrong can be shown where it was typed. */
export interface Form {
  name: string;
  nodes: string;
  memoryMiB: string;
  settings: Values;
}

/** Everything empty or at its default: the backend fills in the rest. */
export function emptyForm(parameters: readonly Parameter[], defaultNodes: number): Form {
  return { name: '', nodes: String(defaultNodes), memoryMiB: '', settings: defaultsOf(parameters) };
}

/** A form that holds what a lab file or a link asks. */
export function formOf(request: Partial<LabRequest>, parameters: readonly Parameter[], defaultNodes: number): Form {
  const form = emptyForm(parameters, defaultNodes);
  return {
    name: request.name ?? form.name,
    nodes: String(request.nodes ?? form.nodes),
    memoryMiB: request.memoryMiB === undefined ? form.memoryMiB : String(request.memoryMiB),
    settings: { ...form.settings, ...request.settings },
  };
}

/** What to send: fields left empty are left out, so that the backend's defaults hold. */
export function inputOf(recipe: string, form: Form, parameters: readonly Parameter[]): RequestInput {
  const settings = filledIn(form.settings, parameters);
  return {
    recipe,
    ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
    ...(form.nodes.trim() === '' ? {} : { nodes: form.nodes.trim() }),
    ...(form.memoryMiB.trim() === '' ? {} : { memoryMiB: form.memoryMiB.trim() }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

/** The key of the field an error belongs to: `name`, `nodes`, `memoryMiB` or a parameter's; null when it belongs to none shown. */
export function fieldOf(error: WireError | null, parameters: readonly Parameter[]): string | null {
  return fieldAmong(error, ['name', 'nodes', 'memoryMiB', ...parameters.map(({ key }) => key)]);
}

/** What an error says, with fields named as the form names them: «Memory per node is 5: …» for «`memoryMiB` is 5: …». */
export function inFormWords(text: string, parameters: readonly Parameter[]): string {
  return inTitles(text, [
    ['name', words.options.name],
    ['nodes', words.options.nodes],
    ['memoryMiB', words.options.memory],
    ...titlesOf(parameters),
  ]);
}
