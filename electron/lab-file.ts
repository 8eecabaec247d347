import { basename } from 'node:path';
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import { LabError } from '../shared/errors.ts';
import type { RequestInput } from '../shared/request.ts';
import { didYouMean } from './did-you-mean.ts';

/** Largest lab file, in bytes. A real one has a few hundred. */
export const labFileBytes = 1024 * 1024;

const keys = ['recipe', 'name', 'nodes', 'memoryMiB', 'settings', 'then'] as const;

const nextKeys = ['do', 'on', 'with'] as const;

export interface LabFile {
  readonly input: RequestInput;
  /** The same error with the place in the file, for errors of a later check that name a field, e.g. `nodes` or `settings.tls`. */
  locate(error: unknown): unknown;
}

/**
 * Reads a lab file (`*.quorate.yaml`, YAML 1.2), which says what the options of `deploy` say:
 * ```yaml
 * recipe: microovn
 * name: my-lab
 * nodes: 5
 * settings:
 *   demo: true
 * then:
 *   - do: max-voters
 *     with: { value: 5 }
 *   - { do: evacuate, on: node-2 }
 * ```
 * `then` are flows of the recipe, done one after the other once the lab is healthy.
 * Anchors and aliases are refused: nothing here repeats, and a few lines of them fill a memory.
 * @throws LabError 'input/invalid'; `field` is e.g. `line 4: nodes`, the message begins with `FILE:LINE:COLUMN`
 */
export function readLabFile(text: string, fileName: string): LabFile {
  const file = new Source(text, basename(fileName));
  if (Buffer.byteLength(text) > labFileBytes) throw file.error(0, '', 'is larger than 1 MiB: no lab file is');
  const map = file.parse();
  const input: Record<string, unknown> = {};
  for (const { key, keyNode, value } of file.entries(map, '')) {
    if (!isKey(key)) throw file.error(keyNode, key, unknownKey(key, keys, 'a lab file'));
    if (key === 'settings') input[key] = settings(file, key, keyNode, value);
    else if (key === 'then') input[key] = flows(file, keyNode, value);
    else input[key] = scalar(file, key, keyNode, value);
  }
  if (input.recipe === undefined) throw file.error(0, 'recipe', 'is missing: which recipe?');
  for (const key of ['recipe', 'name'])
    if (input[key] !== undefined && typeof input[key] !== 'string')
      throw file.error(map.get(key, true), key, 'must be text; put it in quotes');
  for (const key of ['nodes', 'memoryMiB'])
    if (typeof input[key] === 'boolean') throw file.error(map.get(key, true), key, 'must be a number');
  // Keys and their types were checked one by one above.
  return { input: input as RequestInput, locate: (error) => file.locate(error) };
}

function flows(file: Source, keyNode: unknown, value: unknown): readonly object[] {
  if (!isSeq(value)) throw file.error(value ?? keyNode, 'then', 'must be a list of `- do: FLOW`');
  return value.items.map((item, index) => {
    const at = `then.${index}`;
    if (!isMap(item))
      throw file.error(item ?? value, at, 'must be `do: FLOW`, with `on: NODE` and `with: …` where needed');
    const next: Record<string, unknown> = {};
    for (const { key, keyNode, value: part } of file.entries(item, `${at}.`)) {
      if (!nextKeys.some((known) => known === key))
        throw file.error(keyNode, `${at}.${key}`, unknownKey(key, nextKeys, 'a flow'));
      next[key] =
        key === 'with' ? settings(file, `${at}.with`, keyNode, part) : scalar(file, `${at}.${key}`, keyNode, part);
      if (key !== 'with' && typeof next[key] !== 'string')
        throw file.error(part, `${at}.${key}`, 'must be text; put it in quotes');
    }
    if (next.do === undefined) throw file.error(item, `${at}.do`, 'is missing: which flow?');
    return next;
  });
}

function settings(file: Source, field: string, keyNode: unknown, value: unknown): Record<string, unknown> {
  if (!isMap(value)) throw file.error(value ?? keyNode, field, 'must be a list of `key: value` lines');
  const read = [...file.entries(value, `${field}.`)].map(({ key, keyNode, value: setting }) => [
    key,
    scalar(file, `${field}.${key}`, keyNode, setting),
  ]);
  return Object.fromEntries(read) as Record<string, unknown>;
}

function scalar(file: Source, field: string, keyNode: unknown, value: unknown): string | number | boolean {
  if (isCollection(value)) throw file.error(value, field, 'must be one value, not a list or map');
  const plain: unknown = isScalar(value) ? value.value : null;
  if (plain === null) throw file.error(keyNode, field, 'has no value');
  if (typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean') return plain;
  throw file.error(value, field, 'must be text, a number, true or false');
}

function isKey(key: string): key is (typeof keys)[number] {
  return keys.some((known) => known === key);
}

function unknownKey(key: string, known: readonly string[], of: string): string {
  const near = didYouMean(key, known);
  return near ? `is no key of ${of}; did you mean "${near}"?` : `is no key of ${of}; there are ${known.join(', ')}`;
}

/** The text of a lab file with its places. */
class Source {
  readonly #text: string;
  readonly #name: string;
  readonly #lines = new LineCounter();
  #document: Document | null = null;

  constructor(text: string, name: string) {
    this.#text = text;
    this.#name = name;
  }

  parse() {
    let document: Document;
    try {
      document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false, stringKeys: true });
    } catch (cause) {
      // The parser descends by recursion: so deep a file ends it.
      if (!(cause instanceof RangeError)) throw cause;
      throw this.error(0, '', 'is nested too deeply');
    }
    this.#document = document;
    const wrong = document.errors[0] ?? document.warnings[0];
    if (wrong) throw this.error(wrong.pos[0], '', `is not valid YAML: ${wrong.message}`);
    visit(document, {
      Node: (_key, node) => {
        if (isAlias(node) || node.anchor !== undefined)
          throw this.error(node, '', 'uses an anchor or alias (`&`, `*`): write the value out');
      },
    });
    const { contents } = document;
    if (isMap(contents)) return contents;
    throw this.error(contents ?? 0, '', 'must consist of `key: value` lines, the first being `recipe: …`');
  }

  *entries(map: { items: { key: unknown; value: unknown }[] }, prefix: string) {
    for (const { key: keyNode, value } of map.items) {
      const key: unknown = isScalar(keyNode) ? keyNode.value : keyNode;
      if (typeof key !== 'string') throw this.error(keyNode, `${prefix}?`, 'must have text as its key');
      yield { key, keyNode, value };
    }
  }

  /** @param place a node of the document, or an offset in its text */
  error(place: unknown, field: string, says: string): LabError {
    const { line, column } = this.#position(place);
    const subject = field === '' ? 'The file' : `"${field}"`;
    return new LabError('input/invalid', `${this.#name}:${line}:${column}: ${subject} ${says}.`, {
      field: field === '' ? `line ${line}` : `line ${line}: ${field}`,
    });
  }

  locate(error: unknown): unknown {
    if (!(error instanceof LabError) || error.field === undefined) return error;
    const path = error.field.split('.');
    const node = this.#at(path) ?? this.#at(['settings', ...path]);
    if (!node) return error;
    const { line, column } = this.#position(node);
    const options = { cause: error, field: `line ${line}: ${error.field}` };
    const fix = error.fix === undefined ? {} : { fix: error.fix };
    return new LabError(error.code, `${this.#name}:${line}:${column}: ${error.message}`, { ...options, ...fix });
  }

  #at(path: readonly string[]): unknown {
    return this.#document?.getIn(path, true);
  }

  #position(place: unknown): { line: number; column: number } {
    const offset = typeof place === 'number' ? place : ((place as Node | undefined)?.range?.[0] ?? 0);
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}
