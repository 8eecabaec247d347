import { expect, test } from 'vitest';
import { cluster, replica, type Plight } from '../../../shared/fakes/replicas.ts';
import type { DatabaseView, ReplicaKind } from '../../../shared/database.ts';
import { DatabaseWarnings } from './warnings.ts';

const codes = (warnings: DatabaseWarnings, database: DatabaseView, now = 0) =>
  warnings.of([database], now).map(({ code, node }) => (node === undefined ? code : `${code} ${node}`));

test('a healthy database of three gives none', () => {
  expect(codes(new DatabaseWarnings(), cluster(['up', 'up', 'up']))).toEqual([]);
});

test('a lost quorum names what brings each voter back', () => {
  const lost = (kind: ReplicaKind, plight: Plight = 'silent') => {
    const { replicas, ...database } = cluster(['silent', 'up', plight], false);
    const changed = replicas.map((one) => (one.node === 'node-2' ? one : { ...one, kind }));
    return new DatabaseWarnings().of([{ ...database, replicas: changed }], 0)[0];
  };
  expect(lost('gone')).toEqual({
    code: 'database/no-quorum',
    message: 'OVN NB has no quorum. 1 of 3 answers, 2 are needed. Writes stop; flows stay in place.',
    fix: 'Start node-1 · Start node-3',
    database: 'nb',
  });
  expect(lost('frozen')?.fix).toBe('Resume node-1 · Resume node-3');
  expect(lost('unknown')?.fix).toBe('Restart node-1 · Restart node-3');
  expect(lost('candidate', 'cut')?.fix).toBe('Restart node-1 · Let node-3 reach the others');
});

test('an even number of voters', () => {
  const messages = (...states: 'up'[]) =>
    new DatabaseWarnings().of([cluster(states)], 0).map(({ code, message }) => `${code} ${message}`);
  expect(messages('up', 'up')).toEqual([
    'database/even-voters OVN NB: 2 voters may lose 0, as 1 may. An even number buys nothing.',
  ]);
  expect(messages('up', 'up', 'up', 'up')).toEqual([
    'database/even-voters OVN NB: 4 voters may lose 1, as 3 may. An even number buys nothing.',
  ]);
});

test('a kicked node that came back', () => {
  const { replicas } = cluster(['up', 'up', 'up']);
  const kicked = replica(4, { kind: 'candidate', role: 'candidate', connected: false, term: 40 });
  expect(codes(new DatabaseWarnings(), { ...cluster([]), replicas: [...replicas, kicked] })).toEqual([
    'replica/kicked node-4',
  ]);
});

test('broken connections and disagreement only when they last', () => {
  const warnings = new DatabaseWarnings();
  const healthy = cluster(['up', 'up', 'up']);
  const replicas = healthy.replicas.map((one) =>
    one.node === 'node-3' ? { ...one, connections: ['->0001', '(->0002)'], leader: 'node-2' } : one,
  );
  const broken = { ...healthy, replicas };
  expect(codes(warnings, broken, 0)).toEqual([]);
  expect(codes(warnings, broken, 1500)).toEqual(['database/disagreement']);
  expect(codes(warnings, broken, 5000)).toEqual(['database/disagreement', 'replica/half-connected node-3']);
  expect(codes(warnings, healthy, 5001)).toEqual([]);
  expect(codes(warnings, broken, 5002)).toEqual([]);
});
