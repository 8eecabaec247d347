import { CommandError } from './command-error.ts';
import { goQuote, goQuoteRune } from './go-text.ts';

/** A flag of a command. A `bool` takes no argument (`--force`, `--force=false`); `list` may be given several times. */
export interface Flag {
  readonly name: string;
  /** One letter, e.g. `f` for `-f`. */
  readonly shorthand?: string;
  readonly kind: 'bool' | 'text' | 'list' | 'integer' | 'decimal';
  /** What the help says. A word in back quotes names the argument, as in pflag. */
  readonly usage: string;
  /** Value when not given; shown in the help when it is not empty, zero or false. */
  readonly fallback?: string;
}

/** What parsing found: the words that are no flags, in order, and the flags. */
export interface ParsedWords {
  readonly positional: readonly string[];
  readonly flags: FlagValues;
}

/** Values of the flags of one call, read by the name and kind the flag was declared with. */
export class FlagValues {
  constructor(
    private readonly declared: readonly Flag[],
    private readonly given: ReadonlyMap<string, readonly string[]>,
  ) {}

  /** Whether a bool flag is set. */
  bool(name: string): boolean {
    return TRUE.has(this.text(name));
  }

  /** The last value given, else the declared one, else `''`. */
  text(name: string): string {
    return this.given.get(name)?.at(-1) ?? this.declared.find((flag) => flag.name === name)?.fallback ?? '';
  }

  /** Every value given, in order. */
  list(name: string): readonly string[] {
    return this.given.get(name) ?? [];
  }

  /** Value of an `integer` or `decimal` flag. */
  number(name: string): number {
    return Number(this.text(name));
  }
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/**
 * Parses words as pflag does: flags and other words in any order, `--name value`, `--name=value`, `-n value`, `-nvalue`,
 * `-abc` for several bools, and `--` before words that are never flags.
 * @throws CommandError in pflag's words, e.g. `unknown flag: --x`, `flag needs an argument: --cert`
 */
export function parseFlags(words: readonly string[], declared: readonly Flag[]): ParsedWords {
  const positional: string[] = [];
  const given = new Map<string, string[]>();
  const rest = [...words];
  const set = (flag: Flag, value: string) => {
    const problem = valueProblem(flag, value);
    if (problem !== null) {
      const spelled = flag.shorthand === undefined ? `--${flag.name}` : `-${flag.shorthand}, --${flag.name}`;
      throw new CommandError(`invalid argument ${goQuote(value)} for ${goQuote(spelled)} flag: ${problem}`);
    }
    given.set(flag.name, [...(given.get(flag.name) ?? []), value]);
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      positional.push(...rest);
      break;
    }
    if (!word.startsWith('-') || word === '-') positional.push(word);
    else if (word.startsWith('--')) parseLong(word, declared, rest, set);
    else parseShort(word, declared, rest, set);
  }
  return { positional, flags: new FlagValues(declared, given) };
}

type Assign = (flag: Flag, value: string) => void;

function parseLong(word: string, declared: readonly Flag[], rest: string[], set: Assign): void {
  const [, name = '', value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  if (name === '' || name.startsWith('-')) throw new CommandError(`bad flag syntax: ${word}`);
  const flag = declared.find((candidate) => candidate.name === name);
  if (flag === undefined) throw new CommandError(`unknown flag: --${name}`);
  if (value !== undefined) return set(flag, value);
  if (flag.kind === 'bool') return set(flag, 'true');
  const next = rest.shift();
  if (next === undefined) throw new CommandError(`flag needs an argument: --${name}`);
  set(flag, next);
}

function parseShort(word: string, declared: readonly Flag[], rest: string[], set: Assign): void {
  for (let letters = word.slice(1); letters !== '';) {
    const letter = String.fromCodePoint(letters.codePointAt(0) ?? 0);
    const flag = declared.find((candidate) => candidate.shorthand === letter);
    if (flag === undefined) {
      throw new CommandError(`unknown shorthand flag: ${goQuoteRune(letter)} in -${letters}`);
    }
    const after = letters.slice(letter.length);
    if (after.startsWith('=')) return set(flag, after.slice(1));
    if (flag.kind === 'bool') {
      set(flag, 'true');
      letters = after;
      continue;
    }
    if (after !== '') return set(flag, after);
    const next = rest.shift();
    if (next === undefined) throw new CommandError(`flag needs an argument: ${goQuoteRune(letter)} in -${letters}`);
    return set(flag, next);
  }
}

function valueProblem(flag: Flag, value: string): string | null {
  const wrong = (parser: string) => `strconv.${parser}: parsing ${goQuote(value)}: invalid syntax`;
  switch (flag.kind) {
    case 'bool':
      return TRUE.has(value) || FALSE.has(value) ? null : wrong('ParseBool');
    case 'integer':
      return /^[-+]?\d+$/.test(value) ? null : wrong('ParseInt');
    case 'decimal':
      return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value) ? null : wrong('ParseFloat');
    case 'text':
    case 'list':
      return null;
  }
}

/**
 * Positions of the words that are neither flags nor values of flags, before any `--`: what a command is looked up by.
 * Like cobra it only skips the next word of a flag it doesn't know; complaints come later, from {@link parseFlags}.
 */
export function* plainWords(words: readonly string[], declared: readonly Flag[]): Generator<number> {
  const isBool = (matches: (flag: Flag) => boolean) => declared.some((flag) => matches(flag) && flag.kind === 'bool');
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') return;
    if (word.startsWith('--') && !word.includes('=')) {
      if (!isBool((flag) => flag.name === word.slice(2))) index++;
    } else if (word.startsWith('-') && word.length === 2) {
      if (!isBool((flag) => flag.shorthand === word.slice(1))) index++;
    } else if (word !== '' && !word.startsWith('-')) yield index;
  }
}
