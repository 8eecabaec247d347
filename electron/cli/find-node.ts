import { LabError } from '../../shared/errors.ts';
import type { FoundNode } from '../engines/engine.ts';
import { needEngine, type Cli } from './cli.ts';

/** A node that runs, for verbs that pass its streams through. @throws LabError 'input/unknown' | 'node/not-running' | 'engine/*' */
export async function runningNode(cli: Cli, lab: string, name: string): Promise<FoundNode> {
  await needEngine(cli);
  const { nodes, missing } = await cli.engine.list(lab);
  if (nodes.length === 0 && missing.length > 0) throw new LabError('engine/unreachable', missing.join('\n'));
  if (nodes.length === 0) throw new LabError('input/unknown', `There is no lab "${lab}".`, { fix: '`quorate list`' });
  const node = nodes.find((candidate) => candidate.node === name);
  if (!node) {
    const known = nodes.map((candidate) => candidate.node).join(', ');
    throw new LabError('input/unknown', `Lab ${lab} has no node "${name}"; it has ${known}.`, { field: 'node' });
  }
  if (node.state === 'running') return node;
  const fix = `\`quorate ${node.state === 'paused' ? 'resume' : 'start'} ${lab} ${name}\``;
  throw new LabError('node/not-running', `${name} is ${node.state}.`, { fix });
}
