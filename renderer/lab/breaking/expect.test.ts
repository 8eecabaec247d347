import { describe, expect, it } from 'vitest';
import type { DatabaseView, Replica, ReplicaKind } from '../../../shared/database.ts';
import type { LabView, NodeView } from '../../../shared/lab.ts';
import { actionsFor, consequences, expectations, removal } from './expect.ts';

const replica = (node: string, kind: ReplicaKind): Replica => ({
  source: 'test',
  observedAt: 1,
  answers: !['gone', 'unknown', 'frozen'].includes(kind),
  node,
  kind,
  role: null,
  status: null,
  connected: null,
  leads: kind === 'leader',
  votes: !['none', 'spare', 'standby'].includes(kind),
  term: 1,
  index: null,
  leader: null,
  vote: null,
  serverId: null,
  clusterId: null,
  address: null,
  log: null,
  notCommitted: null,
  connections: [],
  servers: [],
});
const database = (short: string, ...kinds: ReplicaKind[]): DatabaseView => ({
  id: short,
  title: short,
  short,
  protocol: 'dqlite',
  electionTimer: null,
  replicas: kinds.map((kind, index) => replica(`node-${String(index + 1)}`, kind)),
});
const view = (...databases: DatabaseView[]): LabView => ({ databases }) as unknown as LabView;
const three = view(database('OVN NB', 'leader', 'voter', 'voter'), database('OVN SB', 'voter', 'leader', 'voter'));

describe('expectations', () => {
  it('says what each database would keep', () => {
    expect(expectations(three, ['node-1'])).toEqual(['OVN NB would keep 2 of 3 and elect', 'OVN SB would keep 2 of 3']);
  });

  it('names databases together that fare alike', () => {
    expect(expectations(three, ['node-3'])).toEqual(['OVN NB and OVN SB would keep 2 of 3']);
  });

  it('warns where the majority would go, counting those that are already silent', () => {
    const hurt = view(database('OVN NB', 'gone', 'leader', 'voter'));
    expect(expectations(hurt, ['node-3'])).toEqual(['OVN NB would lose quorum: 1 of 3 answers, 2 are needed']);
    expect(expectations(three, ['node-1', 'node-2'])).toEqual([
      'OVN NB and OVN SB would lose quorum: 1 of 3 answers, 2 are needed',
    ]);
  });

  it('says nothing of nodes without a vote', () => {
    expect(expectations(view(database('Cluster', 'leader', 'spare')), ['node-2'])).toEqual([]);
  });
});

it('words confirmations', () => {
  expect(consequences(three, 'node-1')).toBe('It leads OVN NB. 2 of 3 will remain: enough, with none to spare.');
  expect(consequences(view(database('OVN NB', 'leader', 'voter')), 'node-2')).toBe(
    'OVN NB would lose its quorum: writes stop until a majority answers again.',
  );
  expect(consequences(view(database('OVN NB', 'leader', 'none')), 'node-2')).toBe('It has no vote in any database.');
  expect(removal(three, 'node-3')).toBe('OVN NB and OVN SB go from 3 voters to 2 and may then lose 0.');
  expect(removal(view(database('OVN NB', 'leader', 'voter', 'voter', 'voter', 'voter')), 'node-5')).toBe(
    'OVN NB goes from 5 voters to 4 and may then lose 1.',
  );
});

it('offers what the state of the node allows', () => {
  const node = (state: NodeView['state'], cut = false): NodeView => ({ state, cut }) as unknown as NodeView;
  expect(actionsFor(node('running'))).toEqual(['stop', 'restart', 'kill', 'pause', 'cut']);
  expect(actionsFor(node('running', true))).toEqual(['restore', 'stop', 'restart', 'kill', 'pause']);
  expect(actionsFor(node('paused'))).toEqual(['resume', 'stop', 'kill']);
  expect(actionsFor(node('stopped'))).toEqual(['start']);
  expect(actionsFor(node('unreachable'))).toEqual([]);
});
