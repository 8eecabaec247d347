import type { Daemon } from './daemon.ts';
import { goQuote } from './go-text.ts';
import type { Flag, FlagValues } from './flags.ts';

/** Where a command reads and writes, and what it may know of its surroundings. Tests pass their own. */
export interface Surroundings {
  out(text: string): void;
  err(text: string): void;
  /** The next line of stdin without its end; `null` at the end of the input. */
  readLine(): Promise<string | null>;
  /** All of stdin. */
  readAll(): Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  hostName(): string;
  /** The address `cluster bootstrap` would choose (no port), `null` when no interface has one. */
  hostAddress(): string | null;
  /** Version of an installed Debian package; `unknown` when it is not installed. */
  packageVersion(name: string): Promise<string>;
  now(): Date;
}

/** What a running command holds. */
export interface Invocation extends Surroundings {
  readonly args: readonly string[];
  readonly flags: FlagValues;
  readonly daemon: Daemon;
}

/** Says what is wrong with the words given to a command, e.g. `accepts 1 arg(s), received 0`; `null` when nothing is. */
export type ArgumentRule = (args: readonly string[], path: string) => string | null;

/** A command of the program, with its subcommands in the order of the help. */
export interface Command {
  readonly name: string;
  /** Names of the words after the command, for the help: `NAME`. */
  readonly usage?: string;
  /** One line for the list of commands. */
  readonly short: string;
  /** What the help begins with; absent: `short`. */
  readonly long?: string;
  readonly flags?: readonly Flag[];
  readonly commands?: readonly Command[];
  /** Absent: any words are taken, except by the root command, for which an unknown word is an unknown command. */
  readonly args?: ArgumentRule;
  /** Hands every word over unparsed, `--help` included. */
  readonly raw?: true;
  /**
   * Does the work; a thrown CommandError is printed and exits 1. Absent: prints the help on stdout.
   * `'help'` and `'usage'` print the help on stdout and the usage on stderr, both with exit code 0.
   */
  readonly run?: ((invocation: Invocation) => Promise<void>) | 'help' | 'usage';
  /** Done instead of `run` when `--version` is given. */
  readonly version?: (here: Surroundings) => Promise<void>;
}

/** Exactly `count` words. */
export function exactly(count: number): ArgumentRule {
  return (args) => (args.length === count ? null : `accepts ${String(count)} arg(s), received ${String(args.length)}`);
}

/** Exactly one word, out of `values`. */
export function oneOf(values: readonly string[]): ArgumentRule {
  return (args, path) => {
    const [value = ''] = args;
    return (
      exactly(1)(args, path) ??
      (values.includes(value) ? null : `invalid argument ${goQuote(value)} for ${goQuote(path)}`)
    );
  };
}

/** No word at all; one that is there is taken for a mistyped subcommand. */
export const noSubcommand: ArgumentRule = (args, path) =>
  args[0] === undefined ? null : `unknown command ${goQuote(args[0])} for ${goQuote(path)}`;
