import { assertNever, LabError } from '../../shared/errors.ts';
import { allOf, idOf, type Flow } from './flow.ts';
import { addOutput, begin, end, type CommandRecord, type StepRecord } from './flow-record.ts';
import { lateAbort } from './late-abort.ts';
import { runChains } from './run-chains.ts';
import type { StepOf } from './step.ts';

/** Does one step. Nothing of it is still going on when it returns or throws. @throws LabError */
export async function runStep(record: StepRecord, flow: Flow): Promise<void> {
  const { step } = record;
  switch (step.kind) {
    case 'image':
      return ensureImage(step, record, flow);
    case 'networks':
      return makeNetworks(step, record, flow);
    case 'nodes':
      return makeNodes(step, record, flow);
    case 'commands':
      return runChains(step, record, flow);
    case 'copy':
      return copyFiles(step, record, flow);
    case 'wait':
      return waitFor(step, record, flow);
    case 'power-cut':
      return cutPower(step, record, flow);
    case 'remove-nodes':
    case 'remove-networks':
    case 'remove-volumes':
      return removeAll(step, record, flow);
    default:
      return assertNever(step);
  }
}

async function ensureImage(step: StepOf<'image'>, record: StepRecord, flow: Flow): Promise<void> {
  await track(record.commands[0], flow, async (command) => {
    await flow.images.ensure(
      step.image,
      (line) => {
        addOutput(command, `${line}\n`);
        record.note = line;
        flow.changed();
      },
      flow.signal,
    );
    record.note = step.tag;
  });
}

/** One after the other: who makes the first has the name of the lab, also when two processes ask for it at once. */
async function makeNetworks(step: StepOf<'networks'>, record: StepRecord, flow: Flow): Promise<void> {
  for (const [index, network] of step.networks.entries()) {
    const command = record.commands[index];
    flow.signal.throwIfAborted();
    if (flow.networks.has(network.name)) await skipCommand(command);
    else {
      await track(command, flow, () =>
        making(record, network.name, flow, (signal) => flow.engine.createNetwork(network, signal)).catch(
          (error: unknown) => explainConflict(error, network.name, flow),
        ),
      );
    }
  }
}

/** A network of that name is there: whose? */
async function explainConflict(error: unknown, name: string, flow: Flow): Promise<never> {
  if (!(error instanceof LabError) || error.code !== 'engine/conflict') throw error;
  const { networks } = await flow.engine.list(flow.lab);
  const options = { cause: error, field: 'name', ...(error.detail === undefined ? {} : { detail: error.detail }) };
  throw networks.some((network) => network.name === name)
    ? new LabError('input/taken', `A lab named ${flow.lab} is there already.`, options)
    : new LabError('engine/conflict', `A network named ${name} is there already, and it is not Quorate’s.`, {
        ...options,
        fix: 'Choose another name for the lab.',
      });
}

async function makeNodes(step: StepOf<'nodes'>, record: StepRecord, flow: Flow): Promise<void> {
  const { nodes } = step;
  const count = nodes.length;
  const creations = nodes.map((spec, index) => {
    const command = record.commands[index];
    if (flow.ids.has(spec.node)) return skipCommand(command);
    return track(command, flow, async () => {
      flow.ids.set(spec.node, await making(record, spec.name, flow, (signal) => flow.engine.createNode(spec, signal)));
    });
  });
  await allOf(creations);
  flow.signal.throwIfAborted();
  const starts = nodes.map((spec, index) => {
    const command = record.commands[count + index];
    const runs = () => flow.starting.get(spec.node)?.resolve(true);
    if (flow.running.has(spec.node)) {
      runs();
      return skipCommand(command);
    }
    return track(command, flow, async () => {
      await flow.engine.start(idOf(flow, spec.node));
      flow.running.add(spec.node);
      runs();
    });
  });
  await allOf(starts);
}

async function copyFiles(step: StepOf<'copy'>, record: StepRecord, flow: Flow): Promise<void> {
  const files = await Promise.all(
    step.paths.map(async (path) => {
      const content = await flow.engine.copyFrom(idOf(flow, step.from), path);
      if (content === null) throw new LabError('command/failed', `${step.from} has no file ${path}.`);
      return { path, content, mode: 0o600 };
    }),
  );
  flow.signal.throwIfAborted();
  await allOf(
    step.to.map((to, index) => {
      const own = record.commands.slice(index * step.paths.length, (index + 1) * step.paths.length);
      own.forEach(begin);
      return flow.engine.copyInto(idOf(flow, to), files).then(
        () => own.forEach((command) => end(command)),
        (error: unknown) => {
          own.forEach((command) => end(command, error));
          throw error;
        },
      );
    }),
  );
}

async function waitFor(step: StepOf<'wait'>, record: StepRecord, flow: Flow): Promise<void> {
  let told = '';
  const unmet: typeof step.unmet = (view) => {
    const words = step.unmet(view);
    if (words === null) told = step.tells?.(view) ?? '';
    return words;
  };
  await flow.labs.waitFor(flow.lab, unmet, {
    timeout: step.timeout,
    signal: flow.signal,
    onUnmet: (words) => {
      record.note = words;
      flow.changed();
    },
  });
  record.note = told;
}

async function cutPower(step: StepOf<'power-cut'>, record: StepRecord, flow: Flow): Promise<void> {
  await allOf(
    step.nodes.map((node, index) =>
      track(record.commands[index], flow, async () => {
        await flow.engine.kill(idOf(flow, node));
        flow.running.delete(node);
      }),
    ),
  );
}

async function removeAll(
  step: StepOf<'remove-nodes' | 'remove-networks' | 'remove-volumes'>,
  record: StepRecord,
  flow: Flow,
): Promise<void> {
  const { engine } = flow;
  const removals =
    step.kind === 'remove-nodes'
      ? step.nodes.map((node) => async () => {
          const id = flow.ids.get(node);
          if (id !== undefined) await engine.removeNode(id, { keepVolumes: step.keepVolumes === true });
          flow.ids.delete(node);
          flow.running.delete(node);
        })
      : step.kind === 'remove-networks'
        ? step.networks.map((name) => () => engine.removeNetwork(name))
        : step.volumes.map((name) => () => engine.removeVolume(name));
  await allOf(removals.map((remove, index) => track(record.commands[index], flow, remove)));
}

/** Milliseconds an engine is given to answer when its work is cancelled. */
const grace = 15_000;

/** Remembers what is asked of the engine before it answers: a call that failed may have made it all the same. */
async function making<T>(
  record: StepRecord,
  name: string,
  flow: Flow,
  make: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (!record.made.includes(name)) record.made.push(name);
  const late = lateAbort(flow.signal, grace);
  try {
    return await make(late.signal);
  } catch (error) {
    const refused =
      error instanceof LabError && (error.code === 'engine/conflict' || error.code === 'engine/subnet-taken');
    if (refused) record.made.splice(record.made.indexOf(name), 1);
    throw error;
  } finally {
    late.stop();
  }
}

async function track(
  command: CommandRecord | undefined,
  flow: Flow,
  work: (command: CommandRecord) => Promise<unknown>,
): Promise<void> {
  if (command === undefined) throw new LabError('internal', 'A step has fewer commands than it runs.');
  begin(command);
  flow.changed();
  try {
    await work(command);
    command.exitCode ??= 0;
    end(command);
  } catch (error) {
    if (error instanceof LabError && command.output === '' && error.detail !== undefined)
      addOutput(command, error.detail);
    end(command, error);
    throw error;
  } finally {
    flow.changed();
  }
}

async function skipCommand(command: CommandRecord | undefined): Promise<void> {
  if (command !== undefined) command.state = 'skipped';
}
