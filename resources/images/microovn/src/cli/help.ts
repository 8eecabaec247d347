import type { Command } from './command.ts';
import type { Flag } from './flags.ts';

/** Flags every command takes. `--version` acts on the root command alone, and `-v` is verbose, not version. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: 'debug', shorthand: 'd', kind: 'bool', usage: 'Show each request to the daemon and how it ended' },
  { name: 'help', shorthand: 'h', kind: 'bool', usage: 'Print help' },
  { name: 'state-dir', kind: 'text', usage: 'Where the daemon keeps its state, `PATH` of a directory' },
  { name: 'verbose', shorthand: 'v', kind: 'bool', usage: 'Say more about what happened' },
  { name: 'version', kind: 'bool', usage: 'Print versions' },
];

/** A command, found, with the commands it hangs below: `microovn`, `cluster`, `add`. */
export type CommandPath = readonly [Command, ...Command[]];

/** The words that call a command: `microovn cluster add`. */
export function spelled(path: CommandPath): string {
  return path.map((command) => command.name).join(' ');
}

/** What `--help` prints. */
export function helpText(path: CommandPath): string {
  const command = path.at(-1) ?? path[0];
  return `${command.long ?? command.short}\n\n${usageText(path)}`;
}

/** The part of the help from `Usage:` on. */
export function usageText(path: CommandPath): string {
  const command = path.at(-1) ?? path[0];
  const lines = ['Usage:'];
  if (command.run !== undefined) {
    lines.push(`  ${[spelled(path), command.usage, '[flags]'].filter((word) => word !== undefined).join(' ')}`);
  }
  const commands = command.commands ?? [];
  if (commands.length > 0) {
    const width = Math.max(11, ...commands.map(({ name }) => name.length));
    lines.push(`  ${spelled(path)} [command]`, '', 'Available Commands:');
    lines.push(...commands.map(({ name, short }) => `  ${name.padEnd(width)} ${short}`));
  }
  const own = command.flags ?? [];
  if (path.length === 1) lines.push('', 'Flags:', ...flagLines(GLOBAL_FLAGS));
  else {
    if (own.length > 0) lines.push('', 'Flags:', ...flagLines(own));
    lines.push('', 'Global Flags:', ...flagLines(GLOBAL_FLAGS));
  }
  if (commands.length > 0) {
    lines.push('', `Use "${spelled(path)} [command] --help" for more information about a command.`);
  }
  return `${lines.join('\n')}\n`;
}

function flagLines(flags: readonly Flag[]): string[] {
  const kinds = { bool: '', text: ' string', list: ' string', integer: ' int', decimal: ' float' };
  const rows = flags.map((flag) => {
    const [, named] = /`([^`]+)`/.exec(flag.usage) ?? [];
    const short = flag.shorthand === undefined ? '    ' : `-${flag.shorthand}, `;
    const fallback = ['', '0', undefined].includes(flag.fallback) ? '' : ` (default ${flag.fallback ?? ''})`;
    return {
      left: `  ${short}--${flag.name}${named === undefined ? kinds[flag.kind] : ` ${named}`}`,
      right: flag.usage.replaceAll('`', '') + fallback,
    };
  });
  const width = Math.max(...rows.map(({ left }) => left.length));
  return rows.map(({ left, right }) => `${left.padEnd(width)}   ${right}`);
}
