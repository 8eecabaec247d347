import { expect, test } from 'vitest';
import { replicaOf, type ReplicaFacts } from './replica.ts';

const raft = [1, 2, 3, 4].map((n) => ({
  id: String(n),
  address: `172.28.31.1${n}:8443`,
  role: n === 4 ? 'stand-by' : 'voter',
}));
const facts = (n: number, more: Partial<ReplicaFacts> = {}): ReplicaFacts => ({
  node: `node-${n}`,
  state: 'running',
  detached: [],
  answers: true,
  asking: false,
  heardAt: 7,
  raft,
  self: raft[n - 1] ?? null,
  opinion: { leader: '172.28.31.11:8443', steady: true, servers: raft },
  promise: { term: 3, vote: '1' },
  pending: false,
  nodeAt: (address) => `node-${Number(/\.1(\d):/.exec(address)?.[1])}`,
  ...more,
});

test('joins what a node knows of itself, with what it thinks and has promised', () => {
  expect(replicaOf(facts(1))).toMatchObject({
    kind: 'leader',
    role: 'leader',
    leads: true,
    votes: true,
    term: 3,
    leader: 'node-1',
    vote: 'node-1',
    serverId: '1',
    address: '172.28.31.11:8443',
    connected: null,
    index: null,
    observedAt: 7,
    answers: true,
  });
  expect(replicaOf(facts(2))).toMatchObject({ kind: 'voter', role: 'voter', leads: false, leader: 'node-1' });
  expect(replicaOf(facts(4))).toMatchObject({ kind: 'standby', role: 'stand-by', votes: false });
  const spare = { ...raft[3]!, role: 'spare' };
  expect(replicaOf(facts(4, { self: spare }))).toMatchObject({ kind: 'spare', role: 'spare', votes: false });
});

test('without an opinion it does not say who leads; one that knows of no leader names none', () => {
  expect(replicaOf(facts(1, { opinion: null }))).toMatchObject({
    kind: 'voter',
    role: 'voter',
    leads: null,
    leader: null,
  });
  const none = { leader: null, steady: false, servers: raft };
  expect(replicaOf(facts(1, { opinion: none }))).toMatchObject({ kind: 'voter', leads: false, leader: null });
});

test('a silent node keeps its role, and its kind says why it is silent', () => {
  const silent = { answers: false, opinion: null };
  const kind = (state: ReplicaFacts['state']) => replicaOf(facts(2, { ...silent, state })).kind;
  expect((['paused', 'stopped', 'gone', 'running', 'unreachable'] as const).map(kind)).toEqual([
    'frozen',
    'gone',
    'gone',
    'unknown',
    'unknown',
  ]);
  expect(replicaOf(facts(2, silent))).toMatchObject({ role: 'voter', votes: true, answers: false, leads: null });
});

test('a node that is not clustered holds no copy; one whose join is under way is joining', () => {
  const alone = { raft: [], self: null, opinion: null };
  expect(replicaOf(facts(3, alone))).toMatchObject({
    kind: 'none',
    role: null,
    votes: false,
    term: null,
    serverId: null,
  });
  expect(replicaOf(facts(3, { ...alone, pending: true })).kind).toBe('joining');
  expect(replicaOf(facts(3, { ...alone, raft: null }))).toMatchObject({ kind: 'unknown', votes: null });
});

test('a node that is cut from the network of its Raft address counts as cut', () => {
  expect(replicaOf(facts(2, { detached: ['172.28.31.12'] })).cut).toBe(true);
  expect(replicaOf(facts(2, { detached: ['172.28.32.12'] })).cut).toBeUndefined();
});
