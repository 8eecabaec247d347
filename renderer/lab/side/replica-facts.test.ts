import { expect, it } from 'vitest';
import type { DatabaseView, Replica } from '../../../shared/database.ts';
import { replicaFacts } from './replica-facts.ts';

const replica: Replica = {
  source: 'ovn-appctl cluster/status',
  observedAt: 1,
  answers: true,
  node: 'node-2',
  kind: 'voter',
  role: 'follower',
  status: 'cluster member',
  connected: true,
  leads: false,
  votes: true,
  term: 3,
  index: 1402,
  leader: 'node-1',
  vote: '03a5',
  serverId: 'a8c0',
  clusterId: null,
  address: 'ssl:172.28.31.12:6643',
  log: '[2, 1403]',
  notCommitted: 0,
  connections: ['->03a5', '<-03a5'],
  servers: [{ id: '03a5', address: 'ssl:172.28.31.11:6643', node: 'node-1' }],
};
const database: DatabaseView = {
  id: 'nb',
  title: 'OVN Northbound',
  short: 'OVN NB',
  protocol: 'ovsdb-raft',
  electionTimer: 1000,
  replicas: [replica],
};

it('names the node behind a vote and keeps 0 apart from unknown', () => {
  const facts = new Map(replicaFacts(replica, database).map((fact) => [fact.name, fact]));
  expect(facts.get('Vote')).toMatchObject({ value: '03a5', aside: 'node-1' });
  expect(facts.get('Not committed')?.value).toBe('0');
  expect(facts.get('Connections')?.value).toBe('->03a5 <-03a5');
  expect(facts.has('Cluster ID')).toBe(false);
});
