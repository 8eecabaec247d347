import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Tables } from '../../../shared/ovsdb/rows.ts';
import { readClusterStatus } from './cluster-status.ts';
import { replicaOf, type ReplicaFacts } from './replica.ts';
import { changedRole, readServerRow, type ServerRow } from './server-row.ts';

const status = (name: string) =>
  readClusterStatus(
    readFileSync(new URL(`../../../test/fixtures/ovn/cluster-status-${name}.txt`, import.meta.url), 'utf8'),
  );
const row = (facts: Partial<ServerRow> = {}): ServerRow => ({
  model: 'clustered',
  connected: true,
  leads: false,
  clusterId: 'da88',
  serverId: 'e93e',
  index: 25,
  ...facts,
});
const facts = (more: Partial<ReplicaFacts> = {}): ReplicaFacts => ({
  node: 'node-2',
  state: 'running',
  detached: [],
  answers: true,
  asking: false,
  absent: false,
  nodeAnswers: true,
  heardAt: 7,
  row: row(),
  status: status('nb-follower'),
  left: false,
  memberRole: null,
  nodeAt: (address) => `node-${Number(/\.1(\d):/.exec(address)?.[1])}`,
  ...more,
});

describe('replicaOf', () => {
  test('joins what is pushed with what is asked', () => {
    expect(replicaOf(facts())).toMatchObject({
      kind: 'voter',
      role: 'follower',
      status: 'cluster member',
      connected: true,
      leads: false,
      votes: true,
      term: 1,
      index: 25,
      leader: 'node-1',
      vote: null,
      serverId: 'e93e',
      observedAt: 7,
      answers: true,
      servers: [{ node: 'node-3' }, { node: 'node-1' }, { node: 'node-2' }],
    });
    expect(replicaOf(facts({ node: 'node-1', row: row({ leads: true }), status: status('nb-leader') }))).toMatchObject({
      kind: 'leader',
      role: 'leader',
      leader: 'node-1',
      vote: 'node-1',
    });
    expect(
      replicaOf(facts({ node: 'node-1', row: row({ connected: false }), status: status('nb-quorum-lost') })),
    ).toMatchObject({ kind: 'candidate', role: 'candidate', leader: null, vote: 'node-1', connected: false, term: 13 });
  });

  test('a push is newer than a status that contradicts it', () => {
    expect(replicaOf(facts({ row: row({ leads: true }) }))).toMatchObject({ kind: 'leader', role: 'leader' });
    expect(replicaOf(facts({ status: status('nb-leader') }))).toMatchObject({ kind: 'voter', role: null });
  });

  test.each([
    ['frozen', { state: 'paused', answers: false }],
    ['gone', { state: 'stopped', answers: false }],
    ['unknown', { answers: false }],
    ['unknown', { answers: false, absent: true }],
    ['unknown', { answers: false, absent: true, row: null, nodeAnswers: false }],
    ['none', { answers: false, absent: true, row: null }],
    ['spare', { answers: false, absent: true, row: null, memberRole: 'spare' }],
    ['joining', { answers: false, absent: true, row: null, memberRole: 'PENDING' }],
    ['standby', { row: row({ model: 'relay', serverId: null }), status: null }],
    ['joining', { row: row({ connected: false, index: null }), status: null }],
    ['none', { left: true, status: null }],
    ['unknown', { state: 'created', answers: false, row: null }],
  ] as const)('is %s when %j', (kind, more) => {
    expect(replicaOf(facts(more)).kind).toBe(kind);
  });

  test('is cut when its own address lies on a network the node is not attached to', () => {
    const { address } = replicaOf(facts());
    const host = address?.split(':')[1] ?? '';
    expect(replicaOf(facts({ detached: [host] })).cut).toBe(true);
    expect(replicaOf(facts({ detached: ['192.0.2.1'] })).cut).toBeUndefined();
  });

  test('a silent replica keeps its facts and says that it does not answer', () => {
    expect(replicaOf(facts({ answers: false }))).toMatchObject({
      answers: false,
      role: 'follower',
      observedAt: 7,
      votes: true,
    });
  });

  test('a copy without a vote, and one that left, have none', () => {
    expect(replicaOf(facts({ row: row({ model: 'relay' }), status: null }))).toMatchObject({
      votes: false,
      role: 'stand-by',
    });
    expect(replicaOf(facts({ left: true, status: null }))).toMatchObject({ votes: null, status: 'not in the cluster' });
  });
});

test('readServerRow takes what is left out for its default', () => {
  const tables = new Tables();
  expect(readServerRow(tables)).toBeNull();
  tables.apply({
    Database: {
      x: {
        initial: { name: 'OVN_Northbound', model: 'clustered', sid: ['uuid', 'e93ef437-343a-4c36-96a9-284fe97d5ed4'] },
      },
    },
  });
  expect(readServerRow(tables)).toEqual(row({ connected: false, clusterId: null, index: null }));
  tables.apply({ Database: { x: { modify: { leader: true, index: 15 } } } });
  expect(readServerRow(tables)).toMatchObject({ leads: true, index: 15 });
});

test('changedRole is blind to the index alone', () => {
  expect(changedRole(row(), row({ index: 26 }))).toBe(false);
  expect(changedRole(row(), row({ leads: true }))).toBe(true);
  expect(changedRole(null, row())).toBe(true);
});
