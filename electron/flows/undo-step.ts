import type { StepRecord } from './flow-record.ts';
import type { Flow } from './flow.ts';
import { ended } from './here-document.ts';
import { known, type NodeCommand } from './step.ts';

/** Milliseconds for one command of an undo. */
const commandTimeout = 30_000;

/**
 * Takes back what one step did; twice is no error. Only what the step itself asked the engine to make, and only if it carries this lab's
 * label. @returns whether there was anything to take back @throws LabError
 */
export async function undoStep(record: StepRecord, flow: Flow): Promise<boolean> {
  const { step } = record;
  if (step.kind === 'commands' && step.undo !== undefined) return undoCommands(step.undo, record, flow);
  if (step.kind === 'power-cut') return startAgain(step.nodes, flow);
  if (record.made.length === 0) return false;
  const found = await flow.engine.list(flow.lab);
  if (step.kind === 'nodes') {
    const ours = found.nodes.filter((node) => record.made.includes(node.name));
    const kept = new Set(step.nodes.flatMap(({ name, takesOver }) => (takesOver === true ? [name] : [])));
    await Promise.all(ours.map(({ id, name }) => flow.engine.removeNode(id, { keepVolumes: kept.has(name) })));
  }
  if (step.kind === 'networks') {
    const ours = found.networks.filter((network) => record.made.includes(network.name));
    await Promise.all(ours.map((network) => flow.engine.removeNetwork(network.name)));
  }
  record.made = [];
  return true;
}

async function startAgain(nodes: readonly string[], flow: Flow): Promise<boolean> {
  const ids = nodes.flatMap((node) => flow.ids.get(node) ?? []);
  await Promise.all(ids.map((id) => flow.engine.start(id)));
  return true;
}

/** Best effort: a command fails where there was nothing to take back. Its words are kept as the step's note. */
async function undoCommands(commands: readonly NodeCommand[], record: StepRecord, flow: Flow): Promise<boolean> {
  const failures: string[] = [];
  for (const command of commands) {
    const id = flow.ids.get(command.node);
    if (id === undefined) continue;
    const words = known(command.words, flow.record.captured);
    const result = await flow.engine.exec(id, words, {
      timeout: commandTimeout,
      ...(command.stdin === undefined ? {} : { stdin: ended(known(command.stdin, flow.record.captured).join('')) }),
    });
    if (result.exitCode !== 0) failures.push(`${words.join(' ')}: ${(result.stderr || result.stdout).trim()}`);
  }
  record.note = failures.join('\n');
  return true;
}
