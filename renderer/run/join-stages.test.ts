import { describe, expect, test } from 'vitest';
import type { DatabaseView, Replica } from '../../shared/database.ts';
import { cluster } from '../../shared/fakes/replicas.ts';
import type { LabEvent } from '../../shared/event.ts';
import type { LabView, MemberView } from '../../shared/lab.ts';
import type { RunView, StepState, StepView } from '../../shared/run.ts';
import { joiningNode, joinStages } from './join-stages.ts';

const step = (id: string, state: StepState, startedAt: number, endedAt: number | null): StepView => ({
  id,
  title: id,
  on: 'node-1',
  state,
  startedAt,
  endedAt,
  commands: [],
  note: '',
});
const joining = step('join:node-2', 'running', 2000, null);
const joined = step('join:node-2', 'done', 2000, 2900);
const run = (join: StepView, ...more: readonly StepView[]) => ({ steps: [...more, join] }) as unknown as RunView;
const tutorial = (join: StepView) => run(join, step('add:node-2', 'done', 1000, 1500));

const member = (name: string, role: string, status: string | null): MemberView => ({
  name,
  role,
  status,
  address: '',
  source: '',
  observedAt: 1,
  answers: true,
});
/** Three nodes of which the first `voters` vote in either database of OVN; the product's own comes first, as in every view. */
function view(members: readonly MemberView[], voters: { nb: number; sb: number }, nodes = 3): LabView {
  const of = (id: 'nb' | 'sb') => cluster(Array<'up'>(voters[id]).fill('up'), true, { id, short: `OVN ${id}` });
  return {
    nodes: Array.from({ length: nodes }, (_, index) => ({ name: `node-${index + 1}` })),
    members,
    databases: [cluster([], true, { id: 'cluster' }), of('nb'), of('sb')],
  } as unknown as LabView;
}
const event = (at: number, type: LabEvent['type'], action: string, attributes: Record<string, string>): LabEvent => ({
  timestamp: new Date(at).toISOString(),
  type,
  action,
  actor_id: type === 'member' ? 'node-2' : 'nb',
  actor_name: '',
  attributes,
});
const said = (...given: Parameters<typeof joinStages>) =>
  joinStages(...given).map(({ title, state, at }) => `${title} ${state}${at === null ? '' : ` ${at}`}`);

const first = member('node-1', 'voter', 'ONLINE');
const record = [
  event(2180, 'member', 'added', { is: 'PENDING' }),
  event(2270, 'member', 'status', { was: 'UNREACHABLE', is: 'ONLINE' }),
  event(2290, 'member', 'role', { was: 'PENDING', is: 'spare' }),
  event(2310, 'database', 'replica-added', { database: 'nb', node: 'node-2' }),
];

test('knows a join by its id', () => {
  expect([joiningNode(joining), joiningNode(step('add:node-2', 'done', 0, 1))]).toEqual(['node-2', null]);
});

describe('a join by a token', () => {
  test('has only its token before anything of the node is seen', () => {
    expect(said(tutorial(joining), joining, view([first], { nb: 1, sb: 1 }), [])).toEqual([
      'token done 1500',
      'trust now',
      'member todo',
      'OVN nb todo',
      'OVN sb todo',
      'voter todo',
    ]);
  });

  test('is ticked by what was observed, each with its time, and goes on from there', () => {
    const now = view([first, member('node-2', 'spare', 'ONLINE')], { nb: 2, sb: 1 });
    expect(said(tutorial(joining), joining, now, record)).toEqual([
      'token done 1500',
      'trust done 2180',
      'member done 2270',
      'OVN nb done 2310',
      'OVN sb now',
      'voter todo',
    ]);
  });

  test('is ticked without a time where nobody saw it happen', () => {
    const now = view([first, member('node-2', 'voter', 'ONLINE')], { nb: 2, sb: 2 });
    expect(said(tutorial(joined), joined, now, [])).toEqual([
      'token done 1500',
      'trust done',
      'member done',
      'OVN nb done',
      'OVN sb done',
      'voter done',
    ]);
  });

  test('stays as it was when the node is lost later, and takes nothing from an earlier attempt', () => {
    const lost = view([first, member('node-2', 'spare', 'UNREACHABLE')], { nb: 2, sb: 1 });
    const gone = event(2200, 'member', 'status', { was: 'ONLINE', is: 'UNREACHABLE' });
    const back = event(9000, 'member', 'status', { was: 'UNREACHABLE', is: 'ONLINE' });
    expect(said(tutorial(joined), joined, lost, [gone, ...record, back])).toContain('member done 2270');
    const again = step('join:node-2', 'running', 5000, null);
    expect(said(tutorial(again), again, view([first], { nb: 1, sb: 1 }), record).slice(1, 4)).toEqual([
      'trust now',
      'member todo',
      'OVN nb todo',
    ]);
  });

  test('of a fourth node ends in the role it is given, and names the databases it holds no copy of', () => {
    const three = ['node-1', 'node-2', 'node-3'].map((name) => member(name, 'voter', 'ONLINE'));
    const running = step('join:node-4', 'running', 2000, null);
    const before = view([...three, member('node-4', 'PENDING', 'ONLINE')], { nb: 3, sb: 3 }, 4);
    const bare = { ...before, members: [], databases: before.databases.slice(1) };
    expect(said(run(running), running, bare, [])).toEqual(['OVN nb now', 'OVN sb todo']);
    const adding = run(running, step('add:node-4', 'done', 1000, 1500));
    expect(said(adding, running, before, []).at(-1)).toBe('role todo');
    const done = step('join:node-4', 'done', 2000, 2900);
    const nobody = { node: 'node-4', kind: 'none', answers: true, votes: null, servers: [] };
    const after = view([...three, member('node-4', 'stand-by', 'ONLINE')], { nb: 3, sb: 3 }, 4);
    const databases = after.databases.map((one) => ({ ...one, replicas: [...one.replicas, nobody] }));
    const whole = { ...after, databases } as unknown as LabView;
    expect(said({ ...adding, steps: [...adding.steps.slice(0, 1), done] }, done, whole, []).slice(3)).toEqual([
      'OVN nb none',
      'OVN sb none',
      'stand-by done',
    ]);
  });
});

test('a product with one database joins with token, trust, member and role, and without a token with the rest', () => {
  const dqlite = (kinds: readonly Replica['kind'][]) =>
    ({
      id: 'dqlite',
      replicas: kinds.map((kind, at) => ({ node: `node-${at + 1}`, kind })),
    }) as unknown as DatabaseView;
  const now = {
    nodes: [1, 2].map((number) => ({ name: `node-${number}` })),
    members: [member('node-1', 'database-leader', 'Online'), member('node-2', 'database-standby', 'Online')],
    databases: [dqlite(['leader', 'standby'])],
  } as unknown as LabView;
  expect(said(tutorial(joined), joined, now, [])).toEqual([
    'token done 1500',
    'trust done',
    'member done',
    'stand-by done',
  ]);
  expect(
    said(
      run(joining),
      joining,
      { ...now, members: now.members.slice(0, 1), databases: [dqlite(['leader', 'none'])] },
      [],
    ),
  ).toEqual(['trust now', 'member todo', 'role todo']);
});

test('a step that has not begun, and one that joins nobody, have no stages', () => {
  const todo = { ...joining, state: 'todo', startedAt: null } as StepView;
  const now = view([first, member('node-2', 'voter', 'ONLINE')], { nb: 2, sb: 2 });
  expect(joinStages(tutorial(todo), todo, now, record)).toEqual([]);
  expect(joinStages(tutorial(joining), step('health', 'running', 1, null), now, record)).toEqual([]);
  expect(joinStages(tutorial(joining), joining, null, record)).toEqual([]);
});
