import type { DatabaseView } from '../../../../shared/database.ts';
import { LabError } from '../../../../shared/errors.ts';
import type { EntityView, LabView } from '../../../../shared/lab.ts';
import { quorumOf, type Quorum } from '../../../../shared/quorum.ts';
import type { NodeCommand, StepOf } from '../../../flows/step.ts';
import type { FlowRequest } from '../../recipe.ts';
import { admin } from '../commands.ts';
import type { Dialect } from '../dialect.ts';

/** Milliseconds for a step of a few commands, none of which waits for an election. */
const stepTimeout = 60_000;

/** A step of commands, one after the other. */
export function typed(
  id: string,
  title: string,
  commands: readonly NodeCommand[],
  more: Partial<Pick<StepOf<'commands'>, 'timeout' | 'undo' | 'explain'>> = {},
): StepOf<'commands'> {
  return { kind: 'commands', id, title, timeout: stepTimeout, chains: [commands], ...more };
}

/**
 * A command that asks whether one is sure, answered. LXD's `-q` says so; `incus admin` takes that for its own `--quiet` and goes on asking
 * (Incus 6.0.4: `Do you want to proceed? (yes/no): Error: Recover operation aborted`).
 */
export function answered(dialect: Dialect, node: string, ...words: readonly string[]): NodeCommand {
  const [verb = '', ...rest] = words;
  if (dialect.kind === 'lxd') return admin(dialect, node, 'cluster', verb, '-q', ...rest);
  return { ...admin(dialect, node, 'cluster', verb, ...rest), stdin: ['yes'] };
}

/** The replicated database of a lab; undefined while its nodes were not asked. */
export const databaseOf = (view: LabView | null): DatabaseView | undefined =>
  view?.databases.find(({ id }) => id === 'dqlite');

export function quorumIn(view: LabView | null): Quorum | null {
  const database = databaseOf(view);
  return database === undefined ? null : quorumOf(database);
}

/** Nodes that run and whose daemon answers, or, where none is known to answer, that run. */
export function answeringNodes({ present }: FlowRequest): readonly string[] {
  const running = present.found.nodes.filter(({ state }) => state === 'running').map(({ node }) => node);
  const replicas = databaseOf(present.view)?.replicas ?? [];
  const answering = running.filter((node) => replicas.some((replica) => replica.node === node && replica.answers));
  return (answering.length > 0 ? answering : running).toSorted();
}

/**
 * The node on which commands for the whole cluster are typed.
 * @param besides nodes it may not be
 * @throws LabError 'node/not-running' when there is none
 */
export function peerOf(asked: FlowRequest, ...besides: readonly string[]): string {
  const peer = answeringNodes(asked).find((node) => !besides.includes(node));
  if (peer !== undefined) return peer;
  const others = besides.length === 0 ? '' : ` but ${besides.join(' and ')}`;
  throw new LabError('node/not-running', `No node${others} runs: nobody can be asked.`, { field: 'node' });
}

/** @throws LabError 'input/invalid' while nobody leads */
export function leaderOf(asked: FlowRequest, dialect: Dialect): string {
  const leader = quorumIn(asked.present.view)?.leader ?? null;
  if (leader !== null) return leader;
  throw new LabError('input/invalid', `The ${dialect.title} database has no leader now.`, {
    field: 'flow',
    fix: 'Wait for an election, or bring back a majority of the voters.',
  });
}

/** Names of the members as the product lists them, else those of the nodes. */
export function membersOf({ present }: FlowRequest): readonly string[] {
  const members = present.view?.members.map(({ name }) => name) ?? [];
  return (members.length > 0 ? members : present.found.nodes.map(({ node }) => node)).toSorted();
}

/** Where a flow that is for a node was started. @throws LabError 'internal': `readFlow` has seen to it */
export function nodeOf({ node }: FlowRequest): string {
  if (node === null) throw new LabError('internal', 'A flow of a node has none.');
  return node;
}

/**
 * A setting that becomes a word of a command: what would be read as an option, a remote or a path is refused, the rest is for the
 * product to judge. @throws LabError 'input/invalid' with field `settings.KEY`
 */
export function nameFrom({ settings }: Pick<FlowRequest, 'settings'>, key: string): string {
  const text = String(settings[key] ?? '').trim();
  if (/^[^-\s/:][^\s/:]*$/.test(text)) return text;
  throw new LabError(
    'input/invalid',
    `\`settings.${key}\` is «${text.slice(0, 40)}»: no name has spaces, \`/\` or \`:\`.`,
    {
      field: `settings.${key}`,
      fix: 'It may not begin with a hyphen either.',
    },
  );
}

/** For flows whose setting `name` becomes a word. */
export const checkName = (asked: Pick<FlowRequest, 'settings'>): void => void nameFrom(asked, 'name');

/** What the product keeps under a name; undefined where nothing is known of it. */
export function entityOf({ present }: FlowRequest, kind: string, name: string): EntityView | undefined {
  return present.view?.entities?.entities.find((one) => one.kind === kind && one.name === name);
}

/**
 * Whether what a flow is to make is not there, so that its undo may remove it.
 * @returns null while nobody knows what there is
 * @throws LabError 'input/taken' with field `settings.name`
 */
export function isFree(asked: FlowRequest, kind: string, name: string): true | null {
  const { view } = asked.present;
  if (view === null || view.entities === null || view.entities.observedAt === null) return null;
  if (entityOf(asked, kind, name) === undefined) return true;
  const title = `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  throw new LabError('input/taken', `${title} ${name} is there already.`, {
    field: 'settings.name',
    fix: 'Choose another name, or delete it first.',
  });
}
