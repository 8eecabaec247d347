import { LabError } from '../../shared/errors.ts';
import { ChainOutput, chainCommand } from './chain-script.ts';
import { addOutput, begin, end, type CommandRecord, type StepRecord } from './flow-record.ts';
import { allOf, idOf, type Flow } from './flow.ts';
import { commandLine } from './ledger.ts';
import { ended } from './here-document.ts';
import { known, type NodeCommand, type StepOf } from './step.ts';

type CommandsStep = StepOf<'commands'>;

/** A command of a chain and its record. */
interface Link {
  readonly nodeCommand: NodeCommand;
  readonly command: CommandRecord;
}

/** Runs the chains of a step side by side. @throws LabError 'command/failed' | 'command/timeout' with the output as detail */
export async function runChains(step: CommandsStep, record: StepRecord, flow: Flow): Promise<void> {
  let next = 0;
  const chains = step.chains.map((chain) => {
    const links = chain.flatMap((nodeCommand) => {
      const command = record.commands[next++];
      return command === undefined ? [] : [{ nodeCommand, command }];
    });
    return runChain(step, links, flow);
  });
  await allOf(chains);
}

async function runChain(step: CommandsStep, links: readonly Link[], flow: Flow): Promise<void> {
  const node = links[0]?.nodeCommand.node ?? '';
  // Why it does not run is for the step to say that was to start it.
  if ((await flow.starting.get(node)?.promise) === false) throw new LabError('cancelled', `${node} does not run.`);
  for (const group of groups(links)) {
    flow.signal.throwIfAborted();
    await runGroup(step, group, flow);
  }
}

/** Neighbours on one node that neither print nor need a captured value, read nothing and are to succeed go in one exec. */
function groups(links: readonly Link[]): readonly (readonly Link[])[] {
  const all: Link[][] = [];
  for (const link of links) {
    const last = all.at(-1)?.at(-1);
    const together =
      last !== undefined && last.nodeCommand.node === link.nodeCommand.node && isPlain(last) && isPlain(link);
    if (together) all.at(-1)?.push(link);
    else all.push([link]);
  }
  return all;
}

const isPlain = ({ nodeCommand: { capture, stdin, refused, words } }: Link) =>
  capture === undefined &&
  stdin === undefined &&
  refused === undefined &&
  words.every((word) => typeof word === 'string');

async function runGroup(step: CommandsStep, group: readonly Link[], flow: Flow): Promise<void> {
  const { captured, secrets } = flow.record;
  const argv = group.map(({ nodeCommand, command }) => {
    command.line = commandLine(nodeCommand, captured);
    return known(nodeCommand.words, captured);
  });
  const [only] = argv;
  const alone = group.length === 1 && only !== undefined;
  let current = group[0];
  if (current === undefined) return;
  const output = new ChainOutput({
    begin: (index) => {
      current = group[index] ?? current;
      if (current !== undefined && current.command.state !== 'running') begin(current.command);
    },
    output: (index, text) => {
      const link = group[index];
      if (link !== undefined) addOutput(link.command, text);
    },
    end: (index, exitCode) => {
      const link = group[index];
      if (link === undefined) return;
      link.command.exitCode = exitCode;
      if (exitCode === 0) end(link.command);
    },
  });
  const { nodeCommand, command } = current;
  begin(command);
  flow.changed();
  try {
    const result = await flow.engine.exec(idOf(flow, nodeCommand.node), alone ? only : chainCommand(argv), {
      timeout: step.timeout,
      signal: flow.signal,
      ...(nodeCommand.stdin === undefined ? {} : { stdin: ended(known(nodeCommand.stdin, captured).join('')) }),
      onOutput: (text) => {
        if (alone) addOutput(command, text);
        else output.feed(text);
        flow.changed();
      },
    });
    const { capture } = nodeCommand;
    const printed = capture?.last === true ? lastLine(result.stdout) : result.stdout.trim();
    if (capture?.secret === true && result.exitCode === 0) secrets.add(printed);
    if (alone && !result.timedOut) command.exitCode = result.exitCode;
    if (result.timedOut || (nodeCommand.refused === true ? !isRefusal(result.exitCode) : result.exitCode !== 0))
      throw failure(step, current, result);
    if (capture !== undefined) captured.set(capture.name, printed);
    // A command that printed nothing and was never marked still ran: the exec ended well.
    for (const link of group) {
      link.command.exitCode ??= 0;
      if (link.command.state !== 'done') end(link.command);
    }
  } catch (error) {
    end(current.command, flow.signal.aborted ? new LabError('cancelled', 'Cancelled.') : error);
    throw error;
  } finally {
    flow.changed();
  }
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)?.trim() ?? '';

/** What the shell or the engine says of a command that never ran is no refusal (exit codes 126 and 127). */
const isRefusal = (exitCode: number) => exitCode !== 0 && exitCode !== 126 && exitCode !== 127;

function failure(
  step: CommandsStep,
  { nodeCommand, command }: Link,
  result: { readonly exitCode: number; readonly timedOut: boolean },
): LabError {
  const detail = command.output;
  const explained = step.explain?.(detail, nodeCommand, result.timedOut) ?? null;
  const options = { detail, ...(explained?.fix === undefined ? {} : { fix: explained.fix }) };
  const typed = nodeCommand.stdin === undefined ? command.line : command.line.split(' <<')[0];
  if (result.timedOut) {
    const seconds = Math.round(step.timeout / 1000);
    const plain = `\`${typed}\` on ${command.on} did not end within ${seconds} s.`;
    return new LabError('command/timeout', explained?.message ?? plain, options);
  }
  command.exitCode ??= result.exitCode;
  const plain =
    nodeCommand.refused === true && command.exitCode === 0
      ? `\`${typed}\` on ${command.on} was to be refused, and was not.`
      : `\`${typed}\` on ${command.on} ended with exit code ${command.exitCode}.`;
  return new LabError('command/failed', explained?.message ?? plain, options);
}
