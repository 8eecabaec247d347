import { assertNever } from '../../shared/errors.ts';
import { commandParts, createLines, ledger, variableName } from './ledger.ts';
import { shellLine } from './shell-words.ts';
import type { NodeCommand, Step, StepOf } from './step.ts';

export interface ScriptOptions {
  readonly lab: string;
  /** `docker` or `podman`. */
  readonly cli: string;
  /** What the script does, for its first comment. */
  readonly title: string;
}

/**
 * A plan as a POSIX shell script a person can run on a machine that has the engine and the image: captured values become shell
 * variables, waits become commands that wait. Chains run one after the other, which is slower and easier to follow.
 */
export function toScript(steps: readonly Step[], options: ScriptOptions): string {
  const remove = [
    `${options.cli} rm --force --volumes $(${options.cli} ps --all --quiet --filter label=io.quorate.lab=${options.lab})`,
    `${options.cli} network rm $(${options.cli} network ls --quiet --filter label=io.quorate.lab=${options.lab})`,
    ...(steps.some((step) => step.kind === 'nodes' && step.nodes.some(({ volumes = [] }) => volumes.length > 0))
      ? [`${options.cli} volume rm $(${options.cli} volume ls --quiet --filter label=io.quorate.lab=${options.lab})`]
      : []),
  ];
  const head = [
    '#!/bin/sh',
    `# ${options.title}`,
    '# To remove it again:',
    ...remove.map((line) => `#   ${line}`),
    'set -eu',
  ];
  const body = steps.flatMap((step) => ['', `# ${step.title}`, ...stepLines(step, options)]);
  return [...head, ...body, ''].join('\n');
}

function stepLines(step: Step, options: ScriptOptions): readonly string[] {
  const { cli, lab } = options;
  switch (step.kind) {
    case 'image':
      return [
        `${shellLine([cli, 'image', 'inspect', step.tag])} >/dev/null 2>&1 || {`,
        `  echo ${shellLine([`The image ${step.tag} is not here: deploy once with Quorate, or load it with \`${cli} load\`.`])} >&2`,
        '  exit 1',
        '}',
      ];
    case 'nodes':
      return [
        ...step.nodes.flatMap((node) => createLines(cli, node)),
        shellLine([cli, 'start', ...step.nodes.map((node) => node.name)]),
      ];
    case 'commands':
      return step.chains.flat().map((command) => execLine(command, options));
    case 'wait':
      return step.script.map((command) => execLine(command, options));
    case 'copy':
      return copyLines(step, options);
    case 'networks':
    case 'power-cut':
    case 'remove-nodes':
    case 'remove-networks':
    case 'remove-volumes':
      return ledger(step, cli, lab).map(({ line }) => line);
    default:
      return assertNever(step);
  }
}

/**
 * One command, with its here-document. What fails ends the script (`set -e`); what is to be refused ends it when it is not. The exit code
 * of a captured command is kept by taking its last line afterwards.
 */
function execLine(command: NodeCommand, { cli, lab }: ScriptOptions): string {
  const { open, body } = commandParts(command);
  const input = body === null ? [] : ['-i'];
  const line = `${shellLine([cli, 'exec', ...input, `${lab}-${command.node}`])} ${open}`;
  const document = body === null ? '' : `\n${body}`;
  if (command.refused === true) {
    const words = shellLine([`This was to be refused, and was not: ${command.words.join(' ')}`]);
    return `# This is to be refused:\nif ${line}; then echo ${words} >&2; exit 1; fi${document}`;
  }
  if (command.capture === undefined) return `${line}${document}`;
  const variable = variableName(command.capture.name);
  const kept = `${variable}=$(${line}${document}${body === null ? '' : '\n'})`;
  if (command.capture.last !== true) return kept;
  return `${kept}\n${variable}=$(printf '%s\\n' "$${variable}" | tail -n 1)`;
}

function copyLines(step: StepOf<'copy'>, options: ScriptOptions): readonly string[] {
  return ledger(step, options.cli, options.lab).map(({ line }) => line);
}
