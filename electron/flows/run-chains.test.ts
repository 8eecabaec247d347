import { beforeEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../../test/fakes/fake-engine.ts';
import type { ExecResult } from '../engines/engine.ts';
import { FlowRecord } from './flow-record.ts';
import { runFlow } from './run-flow.ts';
import type { NodeCommand, Step } from './step.ts';

const token = `eyJzZXJ2ZXJfbmFtZSI6${'ImU4ZTgxMGZhNmVkYTFk'.repeat(3)}`;

let engine: FakeEngine;
/** What each exec ran, and what it read. */
let execs: { words: readonly string[]; stdin: string | undefined }[];
let answers: Partial<ExecResult>[];

beforeEach(async () => {
  engine = new FakeEngine();
  engine.images.add('i');
  execs = [];
  answers = [];
  engine.onExec = ({ command, options }) => {
    execs.push({ words: command, stdin: options.stdin });
    return answers.shift() ?? {};
  };
  const node = { name: 'a-node-1', lab: 'a', node: 'node-1', image: 'i', networks: [], needs: [], labels: {} };
  const id = await engine.createNode({ ...node, memoryMiB: 1, pids: 1, environment: {} }, new AbortController().signal);
  await engine.start(id);
});

const commands = (...chain: readonly Omit<NodeCommand, 'node'>[]): Extract<Step, { kind: 'commands' }> => ({
  kind: 'commands',
  id: 'form',
  title: 'Form',
  timeout: 1000,
  chains: [chain.map((command) => ({ node: 'node-1', ...command }))],
});

async function run(...steps: readonly Step[]): Promise<FlowRecord> {
  const record = new FlowRecord(steps, 'docker', 'a');
  const none = { ensure: async () => '' };
  const deps = { engine, images: none, labs: { waitFor: async () => undefined } };
  await runFlow(record, deps, { signal: new AbortController().signal, changed: () => undefined }).catch(
    () => undefined,
  );
  return record;
}

const add = { words: ['lxc', 'cluster', 'add', 'n'], capture: { name: 'token:n', secret: true, last: true } } as const;
const join = { words: ['lxd', 'init', '--preseed'], stdin: ['cluster:\n  token: ', { captured: 'token:n' }] } as const;

describe('what a command reads', () => {
  it('is joined, in an exec of its own, and masked on screen', async () => {
    answers = [{ stdout: `Member n join token:\n${token}\n` }];
    const record = await run(commands(add, { words: ['true'] }, join, { words: ['true'] }));
    expect(execs.map(({ words, stdin }) => [words.join(' '), stdin])).toEqual([
      ['lxc cluster add n', undefined],
      ['true', undefined],
      ['lxd init --preseed', `cluster:\n  token: ${token}\n`],
      ['true', undefined],
    ]);
    const [added, , joined] = record.views()[0]?.commands ?? [];
    expect(added?.output).toBe(`Member n join token:\n${token.slice(0, 14)}…\n`);
    expect(joined?.line).toBe(`lxd init --preseed <<EOF\ncluster:\n  token: ${token.slice(0, 14)}…\nEOF`);
    expect(JSON.stringify(record.views())).not.toContain(token);
  });

  it('stands as a variable while it is not known', () => {
    const [step] = new FlowRecord([commands(add, join)], 'docker', 'a').views();
    expect(step?.commands[1]?.line).toBe(`lxd init --preseed <<EOF\ncluster:\n  token: \${token_n}\nEOF`);
  });
});

describe('a command that is to be refused', () => {
  const refused = { words: ['lxc', 'config', 'set', 'x', '10'], refused: true } as const;

  it('ends well with what it said', async () => {
    answers = [{ exitCode: 1, stderr: "Value must be greater than '10'" }];
    const record = await run(commands(refused, { words: ['true'] }));
    const [step] = record.views();
    expect(step).toMatchObject({ state: 'done', commands: [{ state: 'done', exitCode: 1 }, { exitCode: 0 }] });
    expect(step?.commands[0]?.output).toBe("Value must be greater than '10'");
  });

  it.each([
    [{ exitCode: 0 }, 'was to be refused, and was not.'],
    [{ exitCode: 127 }, 'ended with exit code 127.'],
    [{ exitCode: 124, timedOut: true }, 'did not end within 1 s.'],
  ])('fails with %o', async (answer, words) => {
    answers = [answer];
    const [step] = (await run(commands(refused))).views();
    expect(step?.state).toBe('failed');
    expect(step?.error?.message).toContain(words);
  });
});

it('a failure is explained, also one that is the lack of an end', async () => {
  answers = [{ exitCode: 124, timedOut: true }];
  const explain = (_output: string, _command: NodeCommand, timedOut: boolean) =>
    timedOut ? { message: 'It hangs.', fix: 'Retry.' } : null;
  const [step] = (await run({ ...commands(join), explain })).views();
  expect(step?.error).toMatchObject({ code: 'command/timeout', message: 'It hangs.', fix: 'Retry.' });
});

it('a node that was removed is made and started anew', async () => {
  const node = { name: 'a-node-1', lab: 'a', node: 'node-1', image: 'i', networks: [], needs: [], labels: {} };
  const spec = { ...node, memoryMiB: 1, pids: 1, environment: {} };
  const step = { title: '', timeout: 1000 };
  await run(
    { ...step, kind: 'remove-nodes', id: 'remove', nodes: ['node-1'] },
    { ...step, kind: 'nodes', id: 'nodes', nodes: [spec] },
  );
  expect((await engine.list('a')).nodes.map(({ state }) => state)).toEqual(['running']);
});
