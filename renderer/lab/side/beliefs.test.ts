import { describe, expect, it } from 'vitest';
import type { DatabaseView, Replica } from '../../../shared/database.ts';
import { beliefs, explain } from './beliefs.ts';

const replica = (node: string, fields: Partial<Replica>): Replica => ({
  source: 'ovn-appctl cluster/status',
  observedAt: 1000,
  answers: true,
  node,
  kind: 'voter',
  role: 'follower',
  status: 'cluster member',
  connected: true,
  leads: false,
  votes: true,
  term: 3,
  index: 10,
  leader: 'node-1',
  vote: null,
  serverId: null,
  clusterId: null,
  address: null,
  log: null,
  notCommitted: 0,
  connections: [],
  servers: [],
  ...fields,
});
const database = (...replicas: Replica[]): DatabaseView => ({
  id: 'nb',
  title: 'OVN Northbound',
  short: 'OVN NB',
  protocol: 'dqlite',
  electionTimer: 1000,
  replicas,
});
const leader = replica('node-1', { kind: 'leader', role: 'leader', leads: true });
const gone = replica('node-1', { kind: 'gone', answers: false, term: 3 });

describe('while all agree', () => {
  const healthy = database(
    leader,
    replica('node-2', {}),
    replica('node-3', {}),
    replica('node-4', { kind: 'none', leader: null }),
  );
  it('names the leader and warns of nothing', () => {
    expect(beliefs(healthy).map(({ names, disagrees, state }) => [names, disagrees, state])).toEqual([
      ['itself', false, 'answers'],
      ['node-1', false, 'answers'],
      ['node-1', false, 'answers'],
      [null, false, 'none'],
    ]);
    expect(explain(healthy)).toBeNull();
  });
});

describe('after the leader died', () => {
  const electing = database(
    gone,
    replica('node-2', { kind: 'candidate', role: 'candidate', leader: null, term: 4 }),
    replica('node-3', {}),
  );
  it('marks every copy that takes part in the vote', () => {
    expect(beliefs(electing).map((cell) => cell.disagrees)).toEqual([false, true, true]);
    expect(explain(electing)).toBe(
      'node-3 still names node-1, which does not answer. node-2 asks for votes in term 4. The higher term wins.',
    );
  });

  it('marks only who is behind once another leads', () => {
    const elected = database(gone, replica('node-2', { kind: 'leader', leads: true, term: 4 }), replica('node-3', {}));
    expect(beliefs(elected).map((cell) => cell.disagrees)).toEqual([false, false, true]);
    expect(explain(elected)).toBe('node-3 still names node-1 in term 3. node-2 leads in term 4.');
  });
});

it('orders two claims to lead by term', () => {
  const two = database(
    leader,
    replica('node-2', { kind: 'leader', leads: true, term: 5 }),
    replica('node-3', { leader: 'node-2', term: 5 }),
  );
  expect(beliefs(two).map((cell) => cell.disagrees)).toEqual([true, false, false]);
  expect(explain(two)).toBe('node-1 and node-2 each claim to lead. The higher term wins: node-2 in term 5.');
});

it('says what is missing for an election', () => {
  const lost = database(
    gone,
    replica('node-2', { kind: 'unknown', answers: false }),
    replica('node-3', { leader: null, kind: 'voter' }),
  );
  expect(explain(lost)).toBe('1 copy answers, 2 are needed to elect a leader.');
  expect(explain(database(gone))).toBe('No copy of OVN NB answers.');
});
