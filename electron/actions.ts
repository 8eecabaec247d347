import { assertNever, LabError } from '../shared/errors.ts';
import type { NodeAction } from '../shared/rpc.ts';
import type { Engine, Found, FoundNode } from './engines/engine.ts';
import { label } from './engines/labels.ts';
import type { NodeCommand } from './flows/step.ts';
import type { Recipe } from './recipes/recipe.ts';

/** Seconds a node has to end its daemons in order; OVSDB servers need well under one. */
const graceSeconds = 5;

/** Milliseconds for one command that puts a node's networks to rights. */
const commandTimeout = 30_000;

export interface ActionDeps {
  readonly engine: Pick<Engine, 'start' | 'stop' | 'kill' | 'pause' | 'unpause' | 'connect' | 'disconnect' | 'exec'>;
  readonly labs: { find(lab: string): Promise<Found> };
  readonly recipes: ReadonlyMap<string, Pick<Recipe, 'afterRestore'>>;
}

/**
 * Breaks or mends one node. Doing what is already so is no error; what makes no sense in the node's state is refused in words.
 * @throws LabError 'input/unknown' | 'input/invalid' | 'engine/*' | 'command/failed' when the node's networks could not be put to rights
 */
export async function actOnNode(deps: ActionDeps, lab: string, nodeName: string, action: NodeAction): Promise<void> {
  const { nodes } = await deps.labs.find(lab);
  const node = nodes.find((candidate) => candidate.node === nodeName);
  if (!node) {
    const known = nodes.map((candidate) => candidate.node).join(', ');
    throw new LabError('input/unknown', `Lab ${lab} has no node "${nodeName}"; it has ${known}.`, { field: 'node' });
  }
  await act(deps, node, action);
}

/**
 * Stops or starts every node of a lab, all at once; starting also resumes what is paused.
 * @throws LabError of the first node that failed, after all others are done
 */
export async function actOnLab(deps: ActionDeps, lab: string, action: 'stop' | 'start'): Promise<void> {
  const { nodes } = await deps.labs.find(lab);
  const results = await Promise.allSettled(
    nodes.map((node) => act(deps, node, action === 'start' && node.state === 'paused' ? 'resume' : action)),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function act(deps: ActionDeps, node: FoundNode, action: NodeAction): Promise<void> {
  const { engine } = deps;
  const isUp = node.state === 'running' || node.state === 'paused';
  switch (action) {
    case 'stop':
      if (isUp) await engine.stop(node.id, graceSeconds);
      return;
    case 'kill':
      if (isUp) await engine.kill(node.id);
      return;
    case 'start':
      if (node.state === 'paused') throw refusal(node, 'is paused', 'resume');
      if (node.state !== 'running') await start(deps, node);
      return;
    case 'restart':
      if (node.state === 'paused') throw refusal(node, 'is paused', 'resume');
      if (isUp) await engine.stop(node.id, graceSeconds);
      await start(deps, node);
      return;
    case 'pause':
      if (!isUp) throw refusal(node, 'does not run', 'start');
      if (node.state === 'running') await engine.pause(node.id);
      return;
    case 'resume':
      if (!isUp) throw refusal(node, 'does not run', 'start');
      if (node.state === 'paused') await engine.unpause(node.id);
      return;
    case 'cut':
      for (const { network } of node.attached) await engine.disconnect(node.id, network);
      return;
    case 'restore':
      await restore(deps, node);
      return;
    default:
      assertNever(action);
  }
}

async function start(deps: ActionDeps, node: FoundNode): Promise<void> {
  await deps.engine.start(node.id);
  if (node.attached.length > 0) await putToRights(deps, node);
}

/** Gives the node back the networks and addresses of its label, as far as they are missing. */
async function restore(deps: ActionDeps, node: FoundNode): Promise<void> {
  const missing = Object.entries(addressesOf(node)).filter(
    ([network]) => !node.attached.some((attached) => attached.network === network),
  );
  for (const [network, address] of missing) await deps.engine.connect(node.id, network, address);
  if (missing.length > 0 && node.state === 'running') await putToRights(deps, node);
}

/** Runs the recipe's commands for a node whose networks are new to it. */
async function putToRights(deps: ActionDeps, node: FoundNode): Promise<void> {
  const recipe = deps.recipes.get(node.labels[label.recipe] ?? '');
  for (const command of recipe?.afterRestore(node.node) ?? []) {
    const words = plainWords(command);
    const result = await deps.engine.exec(node.id, words, { timeout: commandTimeout });
    if (result.exitCode === 0) continue;
    throw new LabError('command/failed', `On ${node.node}, "${words.join(' ')}" ended with ${result.exitCode}.`, {
      detail: `${result.stdout}${result.stderr}`,
    });
  }
}

/** Addresses by network, e.g. `{"a-mgmt":"172.28.0.11"}`; what another version of ours wrote otherwise counts as none. */
function addressesOf(node: FoundNode): Record<string, string> {
  const parsed: unknown = JSON.parse(node.labels[label.addresses] ?? '{}');
  if (typeof parsed !== 'object' || parsed === null) return {};
  return Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function plainWords(command: NodeCommand): string[] {
  return command.words.map((word) => {
    if (typeof word === 'string') return word;
    throw new LabError('internal', `A command after a restore uses ${word.captured}, which nothing captured.`);
  });
}

function refusal(node: FoundNode, state: string, remedy: NodeAction): LabError {
  return new LabError('input/invalid', `${node.node} ${state}.`, {
    field: 'action',
    fix: `\`quorate ${remedy} ${node.lab} ${node.node}\` first.`,
  });
}
