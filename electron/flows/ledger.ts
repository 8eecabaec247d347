import type { NetworkSpec, NodeSpec } from '../engines/engine.ts';
import { needsWords } from '../engines/docker-needs.ts';
import { label } from '../engines/labels.ts';
import { assertNever } from '../../shared/errors.ts';
import { hereDocument } from './here-document.ts';
import { shellLine } from './shell-words.ts';
import type { NodeCommand, Step, Word } from './step.ts';

/** A command of a step before it runs. */
export interface LedgerCommand {
  /** `engine`, or the short name of the node it runs on. */
  readonly on: string;
  /** As a user would type it there; captured words stand as `$NAME`. */
  readonly line: string;
}

/**
 * What a step will run, in the order of its plan: the ledger before anything happened.
 * @param cli the engine's command, `docker` or `podman`
 */
export function ledger(step: Step, cli: string, lab: string): readonly LedgerCommand[] {
  const engine = (...lines: string[]) => lines.map((line) => ({ on: 'engine', line }));
  switch (step.kind) {
    case 'image':
      return engine(shellLine([cli, 'image', 'inspect', step.tag]));
    case 'networks':
      return engine(...step.networks.map((network) => networkLine(cli, network)));
    case 'nodes':
      return engine(
        ...step.nodes.map((node) => createLines(cli, node).join(' && ')),
        ...step.nodes.map((node) => shellLine([cli, 'start', node.name])),
      );
    case 'commands':
      return step.chains.flat().map((command) => ({ on: command.node, line: commandLine(command) }));
    case 'copy':
      return step.to.flatMap((to) =>
        engine(...step.paths.map((path) => copyLine(cli, `${lab}-${step.from}:${path}`, `${lab}-${to}:${path}`))),
      );
    case 'wait':
      return [];
    case 'power-cut':
      return engine(...step.nodes.map((node) => shellLine([cli, 'kill', `${lab}-${node}`])));
    case 'remove-nodes':
      return engine(
        ...step.nodes.map((node) =>
          shellLine([cli, 'rm', '--force', ...(step.keepVolumes === true ? [] : ['--volumes']), `${lab}-${node}`]),
        ),
      );
    case 'remove-networks':
      return engine(...step.networks.map((network) => shellLine([cli, 'network', 'rm', network])));
    case 'remove-volumes':
      return engine(...step.volumes.map((volume) => shellLine([cli, 'volume', 'rm', volume])));
    default:
      return assertNever(step);
  }
}

/** E.g. `docker network create --subnet 172.28.31.0/24 --label … ovn-raft-1-mgmt`. */
export function networkLine(cli: string, network: NetworkSpec): string {
  return shellLine([
    cli,
    'network',
    'create',
    '--subnet',
    network.subnet,
    ...(network.internal ? ['--internal'] : []),
    ...labelWords(network.labels),
    network.name,
  ]);
}

/**
 * Creates a node without starting it, and attaches it to its further networks (one command each: Docker before 25 takes one network at
 * creation).
 */
export function createLines(cli: string, node: NodeSpec): readonly string[] {
  const [first, ...more] = node.networks;
  const volumes = node.volumes ?? [];
  const owner = labelWords({ [label.lab]: node.lab, [label.node]: node.node });
  const create = shellLine([
    cli,
    'create',
    '--init',
    '--name',
    node.name,
    '--hostname',
    node.node,
    ...(first === undefined ? [] : ['--network', first.name, '--ip', first.address]),
    ...needsWords(node.needs, cli),
    ...volumes.flatMap(({ name, path }) => ['--mount', `type=volume,source=${name},target=${path}`]),
    '--tmpfs',
    '/run',
    '--memory',
    `${node.memoryMiB}m`,
    '--memory-swap',
    `${node.memoryMiB}m`,
    '--ulimit',
    'nofile=4096',
    '--pids-limit',
    String(node.pids),
    ...Object.entries(node.environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...labelWords(node.labels),
    node.image,
  ]);
  return [
    ...(node.takesOver === true ? [] : volumes.map(({ name }) => shellLine([cli, 'volume', 'create', ...owner, name]))),
    create,
    ...more.map((network) => shellLine([cli, 'network', 'connect', '--ip', network.address, network.name, node.name])),
  ];
}

/** What is typed in the node, with the here-document it reads; a captured word is `$NAME` until it is known. */
export function commandLine(command: NodeCommand, captured?: ReadonlyMap<string, string>): string {
  const { open, body } = commandParts(command, captured);
  return body === null ? open : `${open}\n${body}`;
}

/** The same in two: the line that is typed, with `<<EOF` at its end where the command reads something, and what follows then. */
export function commandParts(
  command: NodeCommand,
  captured?: ReadonlyMap<string, string>,
): { readonly open: string; readonly body: string | null } {
  const line = command.words
    .map((word) => (typeof word === 'string' ? shellLine([word]) : capturedWord(word, captured)))
    .join(' ');
  if (command.stdin === undefined) return { open: line, body: null };
  const pieces = command.stdin.map((word) =>
    typeof word === 'string' ? word : (captured?.get(word.captured) ?? { variable: variableName(word.captured) }),
  );
  const { open, body } = hereDocument(pieces);
  return { open: `${line} ${open}`, body };
}

function capturedWord(word: Exclude<Word, string>, captured: ReadonlyMap<string, string> | undefined): string {
  const value = captured?.get(word.captured);
  return value === undefined ? `"$${variableName(word.captured)}"` : shellLine([value]);
}

/** A shell variable's name for a captured value, e.g. `token:node-2` gives `token_node_2`. */
export function variableName(captured: string): string {
  return captured.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
}

function copyLine(cli: string, from: string, to: string): string {
  return `${shellLine([cli, 'cp', from, '-'])} | ${shellLine([cli, 'cp', '-', to.slice(0, to.lastIndexOf('/') + 1)])}`;
}

function labelWords(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
}
