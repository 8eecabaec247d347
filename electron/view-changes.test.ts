import { expect, test } from 'vitest';
import { cluster } from '../shared/fakes/replicas.ts';
import type { LabView, MemberView } from '../shared/lab.ts';
import { ViewChanges } from './view-changes.ts';

const observed = { source: 'test', observedAt: 1, answers: true };

function view(facts: Partial<LabView>): LabView {
  return {
    name: 'a',
    request: { name: 'a', recipe: 'r', nodes: 3, memoryMiB: 256, settings: {} },
    recipeTitle: 'R',
    createdAt: 0,
    state: 'complete',
    runId: null,
    observed: true,
    nodes: [],
    networks: [],
    tunnels: [],
    members: [],
    databases: [],
    logical: { switches: [], routers: [], ports: [], chassis: [], nb: observed, sb: observed },
    entities: null,
    warnings: [],
    at: 0,
    ...facts,
  };
}

const told = (changes: ViewChanges, facts: Partial<LabView>) =>
  changes.next(view(facts)).map(({ action, actor_id, attributes }) => ({ action, actor_id, ...attributes }));

test('the first view tells who leads; then a lost leader, a new one, its term and roles', () => {
  const changes = new ViewChanges();
  const before = cluster(['up', 'up', 'up']);
  expect(told(changes, { databases: [before] })).toEqual([
    { action: 'leader', actor_id: 'nb', database: 'nb', term: '3', node: 'node-1', was: '' },
  ]);
  expect(told(changes, { databases: [before] })).toEqual([]);
  expect(told(changes, { databases: [cluster(['silent', 'up', 'up'], false)] })).toEqual([
    { action: 'no-leader', actor_id: 'nb', database: 'nb', term: '3', was: 'node-1' },
  ]);
  const after = cluster(['silent', 'up', 'up']);
  const elected = {
    ...after,
    replicas: after.replicas.map((replica) => (replica.answers ? { ...replica, term: 4 } : replica)),
  };
  expect(told(changes, { databases: [elected] })).toEqual([
    { action: 'leader', actor_id: 'nb', database: 'nb', term: '4', node: 'node-2', was: '' },
    { action: 'term', actor_id: 'nb', database: 'nb', term: '4', was: '3' },
    { action: 'role', actor_id: 'nb', database: 'nb', term: '4', node: 'node-2', was: 'follower', is: 'leader' },
  ]);
});

test('what comes back after a silence is compared with what was known', () => {
  const changes = new ViewChanges();
  told(changes, { databases: [cluster(['up', 'up', 'up'])] });
  told(changes, { databases: [cluster(['silent', 'up', 'up'])] });
  const back = cluster(['up', 'up', 'up']);
  const replicas = back.replicas.map((replica) => ({
    ...replica,
    leads: replica.node === 'node-2',
    leader: 'node-2',
    role: replica.node === 'node-2' ? 'leader' : 'follower',
  }));
  expect(told(changes, { databases: [{ ...back, replicas }] })).toEqual([
    { action: 'role', actor_id: 'nb', database: 'nb', term: '3', node: 'node-1', was: 'leader', is: 'follower' },
  ]);
});

test('servers that come and go', () => {
  const changes = new ViewChanges();
  told(changes, { databases: [cluster(['up', 'up'])] });
  expect(told(changes, { databases: [cluster(['up', 'up', 'up'])] })).toMatchObject([
    { action: 'replica-added', node: 'node-3' },
  ]);
  expect(told(changes, { databases: [cluster(['up', 'up'])] })).toMatchObject([
    { action: 'replica-removed', node: 'node-3' },
  ]);
});

test('members, their roles and statuses', () => {
  const member = (name: string, role: string, status: string | null = null): MemberView => ({
    ...observed,
    name,
    address: '',
    role,
    status,
  });
  const changes = new ViewChanges();
  expect(told(changes, { members: [member('node-1', 'voter', 'ONLINE')] })).toEqual([]);
  expect(told(changes, { members: [member('node-1', 'voter', 'UNREACHABLE'), member('node-2', 'PENDING')] })).toEqual([
    { action: 'added', actor_id: 'node-2', is: 'PENDING' },
    { action: 'status', actor_id: 'node-1', was: 'ONLINE', is: 'UNREACHABLE' },
  ]);
  expect(told(changes, { members: [member('node-2', 'voter')] })).toEqual([
    { action: 'role', actor_id: 'node-2', was: 'PENDING', is: 'voter' },
    { action: 'removed', actor_id: 'node-1' },
  ]);
  const silent = { ...member('node-2', 'voter'), answers: false };
  expect(told(changes, { members: [silent] })).toEqual([]);
});

test('what a product keeps comes, changes, moves and goes; what nobody tells now does not go', () => {
  const changes = new ViewChanges();
  const kept = (state: string | null, nodes: readonly string[], answers = true) => ({
    entities: {
      ...observed,
      answers,
      entities: [
        {
          kind: 'storage pool',
          name: 'data',
          state,
          pending: false,
          on: nodes.map((node) => ({ node, state })),
          facts: [],
        },
      ],
    },
  });
  const none = (answers: boolean) => ({ entities: { ...observed, answers, entities: [] } });
  const actor_id = 'storage pool data';
  expect(told(changes, none(true))).toEqual([]);
  expect(told(changes, kept('Pending', ['node-1']))).toEqual([
    { action: 'added', actor_id, is: 'Pending', on: 'node-1' },
  ]);
  expect(told(changes, kept('Created', ['node-1', 'node-2']))).toEqual([
    { action: 'state', actor_id, was: 'Pending', is: 'Created' },
    { action: 'on', actor_id, was: 'node-1', is: 'node-1, node-2' },
  ]);
  expect(told(changes, none(false))).toEqual([]);
  for (const state of [null, 'Created']) expect(told(changes, kept(state, ['node-1', 'node-2']))).toEqual([]);
  expect(told(changes, none(true))).toEqual([{ action: 'removed', actor_id }]);
});
