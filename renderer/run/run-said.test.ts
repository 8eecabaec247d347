import { expect, test } from 'vitest';
import type { CommandView, RunView, StepState, StepView } from '../../shared/run.ts';
import { causeOf, partDone, runNote, runTitle, stepSaid } from './run-said.ts';

const command = (line: string, state: StepState): CommandView => ({
  on: 'node-1',
  line,
  state,
  startedAt: null,
  endedAt: null,
  exitCode: null,
  output: '',
  hasSecret: false,
});
const step = (state: StepState, commands: readonly CommandView[] = []): StepView => ({
  id: 's',
  title: 'Join node-2',
  on: 'node-2',
  state,
  startedAt: null,
  endedAt: null,
  commands,
  note: '',
});
const run = (more: Partial<RunView>): RunView => ({
  id: 'r',
  lab: 'a',
  kind: 'deploy',
  title: 'Deploy a',
  state: 'running',
  startedAt: 1000,
  endedAt: null,
  steps: [step('done'), step('running'), step('todo')],
  made: { containers: 0, networks: 0 },
  ...more,
});

test('says where a run is, and what is true when it stopped', () => {
  expect(runTitle(run({}))).toBe('Step 2 of 3');
  expect(runNote(run({}), 2940, 3400)).toBe('1.94 s so far · last time here 3.40 s in all');
  expect(runNote(run({ state: 'undoing' }), 2940, 3400)).toBe('1.94 s so far');
  const failed = run({
    state: 'failed',
    steps: [step('done'), step('done'), step('failed')],
    error: { code: 'step/timeout', message: 'node-3 did not answer.' },
  });
  expect([runTitle(failed), runNote(failed, 0, null)]).toEqual([
    'Stopped at step 3 of 3',
    'node-3 did not answer. Everything before it stands.',
  ]);
  const told = { ...step('failed'), error: { code: 'step/timeout', message: 'node-3 did not answer.' } as const };
  expect(runNote({ ...failed, steps: [told] }, 0, null)).toBe('Join node-2: failed. Everything before it stands.');
  expect(runTitle(run({ kind: 'destroy', state: 'done' }))).toBe('Destroyed');
});

test('a run that was cancelled is told from one that failed and was undone, and both say what is left', () => {
  const receipt = { removed: [], remained: [], closedTerminals: 0, ms: 1 };
  const cancelled = run({ state: 'undone', endedAt: 4100, receipt, steps: [step('undone'), step('cancelled')] });
  expect([runTitle(cancelled), runNote(cancelled, 0, null)]).toEqual([
    'Cancelled',
    'All that it had made is removed. 3.10 s in all.',
  ]);
  const failed = { ...cancelled, steps: [step('undone'), step('failed'), step('todo')] };
  expect(runTitle(failed)).toBe('Undone');
  const remained = [{ kind: 'network', name: 'a-mgmt', why: 'in use' }] as const;
  expect(runNote({ ...failed, receipt: { ...receipt, remained } }, 0, null)).toMatch(/^Not all that it had made/);
  const destroy = run({ kind: 'destroy', state: 'cancelled', endedAt: 4100 });
  expect(runNote(destroy, 0, null)).toBe('What was removed by then is gone, the rest stands. 3.10 s in all.');
});

test('the cause of a failed step does not repeat what its command printed', () => {
  const printed = { ...command('docker create a', 'failed'), output: 'Conflict. The name is in use.\n' };
  const error = (message: string) => ({ code: 'engine/conflict', message }) as const;
  const failed = {
    ...step('failed', [printed]),
    error: error('The node could not be made: Conflict. The name is in use.'),
  };
  expect(causeOf(run({}), failed)).toBe('The node could not be made.');
  expect(causeOf(run({}), { ...failed, error: error('The token was used.') })).toBe('The token was used.');
  expect(causeOf(run({}), { ...failed, error: error('Conflict. The name is in use.') })).toBe(
    'Conflict. The name is in use.',
  );
  expect(causeOf(run({ error: error('It ended.') }), step('failed'))).toBe('It ended.');
});

test('a row shows the command that failed before the one that runs before the first', () => {
  const lines = [command('a', 'done'), command('b', 'running'), command('c', 'failed')];
  expect(stepSaid(step('failed', lines))).toMatchObject({ mark: 'danger', command: 'c', note: 'and 2 more' });
  expect(stepSaid(step('running', lines.slice(0, 2))).command).toBe('b');
  expect(stepSaid(step('todo'))).toMatchObject({ command: null, title: 'Join node-2' });
});

test('progress within a step is the share of its commands that ended', () => {
  expect(partDone(step('running', [command('a', 'done'), command('b', 'running')]))).toBe(0.5);
  expect([partDone(step('running')), partDone(step('done'))]).toEqual([0, 1]);
});
