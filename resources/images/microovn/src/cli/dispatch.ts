import type { Command, Surroundings } from './command.ts';
import { CommandError } from './command-error.ts';
import { Daemon, socketPath } from './daemon.ts';
import { parseFlags, plainWords } from './flags.ts';
import { goQuote } from './go-text.ts';
import { GLOBAL_FLAGS, helpText, spelled, usageText, type CommandPath } from './help.ts';
import { didYouMean } from './suggest.ts';

/**
 * Runs one call of the program as cobra does: finds the command, parses flags, checks words, runs.
 * @param words - the command line without the program's name
 * @returns the exit code: 0, or 1 for every failure, whose text stands on stderr as `Error: <message>`
 */
export async function dispatch(root: Command, words: readonly string[], here: Surroundings): Promise<number> {
  const { path, rest } = find([root], words);
  const command = path.at(-1) ?? root;
  try {
    if (command.commands !== undefined && path.length === 1) {
      const unknown = firstPlain(rest, path);
      if (unknown !== undefined) return reportUnknown(unknown, root, here);
    }
    if (command.name === 'help' && path.length === 2) return help(root, rest, here);
    await execute(path, rest, here);
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof CommandError)) throw thrown;
    here.err(`Error: ${thrown.message}\n`);
    return 1;
  }
}

function find(path: CommandPath, words: readonly string[]): { path: CommandPath; rest: readonly string[] } {
  const command = path.at(-1) ?? path[0];
  for (const index of plainWords(words, flagsOf(command))) {
    const next = command.commands?.find((candidate) => candidate.name === words[index]);
    return next === undefined
      ? { path, rest: words }
      : find(
          [...path, next],
          words.filter((_, at) => at !== index),
        );
  }
  return { path, rest: words };
}

function flagsOf(command: Command) {
  return [...(command.flags ?? []), ...GLOBAL_FLAGS];
}

function firstPlain(words: readonly string[], path: CommandPath): string | undefined {
  for (const index of plainWords(words, flagsOf(path.at(-1) ?? path[0]))) return words[index];
  return undefined;
}

function reportUnknown(word: string, root: Command, here: Surroundings): number {
  const suggestions = didYouMean(
    word,
    (root.commands ?? []).map(({ name }) => name),
  );
  here.err(`Error: unknown command ${goQuote(word)} for ${goQuote(root.name)}${suggestions}\n`);
  here.err(`Run '${root.name} --help' for usage.\n`);
  return 1;
}

function help(root: Command, words: readonly string[], here: Surroundings): number {
  const { positional } = parseFlags(words, GLOBAL_FLAGS);
  const { path, rest } = find([root], positional);
  if (path.length === 1 && rest.length > 0) {
    here.err(`Unknown help topic [${rest.map((word) => `\`${word}\``).join(' ')}]\n${usageText([root])}`);
  } else here.out(helpText(path));
  return 0;
}

async function execute(path: CommandPath, words: readonly string[], here: Surroundings): Promise<void> {
  const command = path.at(-1) ?? path[0];
  const { positional, flags } = parseFlags(command.raw ? [] : words, flagsOf(command));
  if (flags.bool('help') || command.run === undefined) return here.out(helpText(path));
  const problem = command.args?.(positional, spelled(path)) ?? null;
  if (problem !== null) throw new CommandError(problem);
  if (command.version !== undefined && flags.bool('version')) return command.version(here);
  if (command.run === 'help') return here.out(helpText(path));
  if (command.run === 'usage') return here.err(usageText(path));
  const trace = flags.bool('debug') ? (line: string) => here.err(`${line}\n`) : undefined;
  const daemon = new Daemon(socketPath(flags.text('state-dir'), here.environment), trace);
  await command.run({ ...here, args: positional, flags, daemon });
}
