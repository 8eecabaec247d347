import { LabError } from '../../shared/errors.ts';
import type { Cli } from './cli.ts';
import { flowsOf } from './do.ts';
import { labSummaries } from './labs.ts';

/** A verb as far as completion goes. */
export interface Verb {
  readonly name: string;
  readonly options: readonly string[];
  /** What each argument is; the last repeats when `variadic`. */
  readonly arguments: readonly ('lab' | 'node' | 'flow' | 'recipe' | 'shell' | 'verb' | 'other')[];
  readonly variadic: boolean;
  readonly verbs: readonly Verb[];
}

export const shells = ['bash', 'zsh', 'fish'] as const;

/**
 * What may stand where the cursor is.
 * @param words those before the cursor and the one under it (maybe empty), without `quorate`
 */
export async function candidates(
  cli: Cli,
  verbs: readonly Verb[],
  words: readonly string[],
): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const verb = verbs.find((candidate) => candidate.name === before[0]);
  if (!verb) return before.length === 0 ? verbs.map(({ name }) => name) : [];
  if (verb.verbs.length > 0) return candidates(cli, verb.verbs, words.slice(1));
  if (current.startsWith('-')) return verb.options;
  const given = before.slice(1).filter((word, at, all) => !word.startsWith('-') && all[at - 1] !== '--set');
  const at = verb.variadic ? Math.min(given.length, verb.arguments.length - 1) : given.length;
  const kind = verb.arguments[at];
  if (kind === 'recipe') return (await cli.client.call('recipe.list', {})).map((card) => card.kind);
  if (kind === 'shell') return shells;
  if (kind !== 'lab' && kind !== 'node' && kind !== 'flow') return [];
  const labs = await labSummaries(cli);
  if (kind === 'lab') return labs.map((lab) => lab.name);
  const lab = labs.find(({ name }) => name === given[0]);
  if (lab === undefined) return [];
  const flows = verb.arguments.includes('flow') ? await flowsOf(cli, lab.name) : [];
  if (kind === 'flow') return flows.map(({ id }) => id);
  const isForLab = flows.some(({ id, on }) => id === given[1] && on === 'lab');
  return isForLab ? [] : lab.nodes.map((node) => node.name);
}

/** A script that makes a shell ask `quorate __complete`. @throws LabError 'input/unknown' */
export function completionScript(shell: string): string {
  switch (shell) {
    case 'bash':
      return `_quorate() {
  local words
  words=$(quorate __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _quorate quorate
`;
    case 'zsh':
      return `#compdef quorate
_quorate() {
  local -a found
  found=(\${(f)"$(quorate __complete -- "\${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)"})
  (( \${#found} )) && compadd -a found || _files
}
compdef _quorate quorate
`;
    case 'fish':
      return `function __quorate
  set -l words (commandline -opc) (commandline -ct)
  quorate __complete -- $words[2..-1] 2>/dev/null
end
complete -c quorate -a '(__quorate)'
`;
    default:
      throw new LabError('input/unknown', `There is no completion for "${shell}"; there is for ${shells.join(', ')}.`, {
        field: 'shell',
      });
  }
}
