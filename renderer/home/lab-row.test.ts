import { expect, test } from 'vitest';
import { cluster, replica } from '../../shared/fakes/replicas.ts';
import type { LabSummary, NodeState } from '../../shared/lab.ts';
import type { RunView } from '../../shared/run.ts';
import { progressOf } from '../lib/progress.ts';
import { words } from '../lib/words.ts';
import { rowSaid } from './lab-row.ts';

function lab(states: readonly NodeState[], more: Partial<LabSummary> = {}): LabSummary {
  return {
    name: 'a',
    recipe: 'ovn-raft',
    recipeTitle: 'OVN Raft',
    createdAt: 0,
    nodes: states.map((state, index) => ({ name: `node-${index + 1}`, state, cut: false })),
    databases: [],
    state: 'complete',
    runId: null,
    warnings: [],
    ...more,
  };
}

const northbound = (answers: readonly boolean[]) => cluster(answers.map((answering) => (answering ? 'up' : 'silent')));

test('a healthy lab shows a meter per database and opens', () => {
  const said = rowSaid(lab(['running', 'running', 'running']), undefined, [northbound([true, true, true])], true, true);
  expect([said.mark, said.news, said.help.do, said.group]).toEqual(['ok', '', 'open', 'running']);
  expect(said.meters.map(({ short, quorum }) => [short, quorum.mayLose])).toEqual([['OVN NB', 1]]);
});

test('one stopped node is named, and its start is the button', () => {
  const said = rowSaid(
    lab(['running', 'running', 'stopped']),
    undefined,
    [northbound([true, true, false])],
    true,
    true,
  );
  expect([said.mark, said.tone, said.news]).toEqual(['warn', 'warn', 'node-3 is stopped.']);
  expect(said.help).toMatchObject({ do: 'node', node: 'node-3', action: 'start', title: 'Start node-3' });
});

test('two stopped nodes of three: no quorum comes first, starting both is the way out', () => {
  const said = rowSaid(
    lab(['running', 'stopped', 'stopped']),
    undefined,
    [northbound([true, false, false])],
    true,
    true,
  );
  expect([said.mark, said.news]).toEqual(['danger', 'OVN NB has no quorum.']);
  expect(said.help).toEqual({ do: 'start-all', title: 'Start 2 nodes' });
});

test('a lab at rest is stopped, not broken', () => {
  const said = rowSaid(lab(['stopped', 'stopped']), undefined, [northbound([false, false])], true, true);
  expect([said.mark, said.group, said.help.do]).toEqual(['stopped', 'stopped', 'start-all']);
});

test('a paused and a cut node each get their own way out', () => {
  const paused = rowSaid(lab(['running', 'paused', 'running']), undefined, [], true, true);
  expect(paused.help).toMatchObject({ action: 'resume', node: 'node-2' });
  const summary = lab(['running', 'running', 'running']);
  const cut = { ...summary, nodes: summary.nodes.map((node, index) => ({ ...node, cut: index === 1 })) };
  expect(rowSaid(cut, undefined, [], true, true).help).toMatchObject({ action: 'restore', node: 'node-2' });
});

test('a lab with a node that was never started is to be finished, not started', () => {
  expect(rowSaid(lab(['created', 'created'], { state: 'incomplete' }), undefined, [], true, true).help.do).toBe(
    'finish',
  );
});

test('a lab left half done is finished', () => {
  const said = rowSaid(lab(['running', 'running'], { state: 'incomplete' }), undefined, [], true, true);
  expect([said.news, said.note, said.help.do]).toEqual([
    'The cluster is not finished.',
    'No run of this app is at work on it; a command line may be.',
    'finish',
  ]);
});

test('what was not heard leaves no margin, neither while it is asked nor when asking ended in the middle', () => {
  const up = lab(['running', 'running', 'running']);
  const { replicas, ...facts } = northbound([true, true, true]);
  const [first, second] = replicas.map((one) => ({ ...one, connections: one.connections.slice(0, 2) }));
  if (first === undefined || second === undefined) throw new Error('three replicas were made');
  const unheard = {
    kind: 'unknown',
    observedAt: null,
    answers: false,
    servers: [],
    votes: null,
    serverId: null,
  } as const;
  const half = { ...facts, replicas: [first, second, replica(3, { ...unheard, asking: true })] };
  const southbound = { ...cluster(['up', 'up', 'up']), short: 'OVN SB' };
  const said = (isAsked: boolean) => {
    const row = rowSaid(up, undefined, [half, southbound], true, isAsked);
    return [row.mark, ...row.meters.map((meter) => `${meter.short} ${meter.said}`)];
  };
  expect(said(true)).toEqual(['run', 'OVN NB asking', 'OVN SB may lose 1']);
  expect(said(false)).toEqual(['todo', 'OVN NB unknown', 'OVN SB may lose 1']);
});

test('what was observed is told as it was: no margin is left, no leader', () => {
  const up = lab(['running', 'running', 'running']);
  const said = (database: ReturnType<typeof cluster>) => {
    const row = rowSaid(up, undefined, [database], true, true);
    return [row.mark, row.meters[0]?.said];
  };
  expect(said(cluster(['up', 'up', 'silent']))).toEqual(['warn', 'may lose 0']);
  expect(said(cluster(['up', 'up', 'up'], false))).toEqual(['warn', 'no leader']);
});

test('a row whose nodes nobody asks does not say that they are asked', () => {
  const up = lab(['running', 'running', 'running']);
  const none = cluster(['silent', 'silent', 'silent']);
  expect(rowSaid(up, undefined, [], true, false)).toMatchObject({ mark: 'todo', note: words.row.neverObserved });
  expect(rowSaid(up, undefined, [none], true, false)).toMatchObject({ mark: 'todo' });
  expect(rowSaid(up, undefined, [none], true, false).note).not.toContain('asking');
});

test('without an engine nothing is claimed', () => {
  const said = rowSaid(lab(['running', 'running']), undefined, [northbound([true, true])], false, true);
  expect([said.meters, said.mark, said.news]).toEqual([[], 'todo', '']);
});

test('a failed run says where it stopped and why', () => {
  const run: RunView = {
    id: 'r',
    lab: 'a',
    kind: 'deploy',
    title: 'Deploy a',
    state: 'failed',
    startedAt: 0,
    endedAt: null,
    made: { containers: 2, networks: 1 },
    error: { code: 'command/failed', message: 'The token names another node.' },
    steps: (['done', 'failed', 'todo'] as const).map((state, index) => ({
      id: `${index}`,
      title: `step ${index}`,
      on: 'engine',
      state,
      startedAt: null,
      endedAt: null,
      commands: [],
      note: '',
    })),
  };
  expect(progressOf(run)).toEqual({ at: 2, all: 3 });
  const said = rowSaid(lab(['running', 'running'], { runId: 'r' }), run, [], true, true);
  expect([said.mark, said.news, said.note]).toEqual([
    'danger',
    'Stopped at step 2 of 3.',
    'The token names another node.',
  ]);
});
