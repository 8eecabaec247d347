import { expect, test } from 'vitest';
import { recorded, recordedAnswer } from '../../../test/fakes/recorded-lxd.ts';
import { globalRows, readEntities, readStatuses } from './entities.ts';
import { readAction } from './lifecycle.ts';
import { readResults } from './sql-results.ts';

const rows = globalRows(readResults(recordedAnswer('sql-global.txt')));
const statuses = readStatuses(recordedAnswer('instances.txt'));

test('tells what the cluster keeps, with the members that hold it, and what is pending', () => {
  const told = readEntities(rows, statuses).map(
    ({ kind, name, state, pending, on }) =>
      `${kind} ${name}: ${state ?? '-'}${pending ? ' (pending)' : ''} on ${on.map((one) => `${one.node} ${one.state ?? '-'}`).join(', ')}`,
  );
  expect(told).toEqual([
    'instance c1: Stopped on node-2 -',
    'instance c2: Stopped on node-3 -',
    'storage pool data: Pending (pending) on node-1 Pending, node-2 Pending',
    'storage pool default: Created on node-1 Created, node-2 Created, node-3 Created',
    'network lxdbr0: Created on node-1 Created, node-2 Created, node-3 Created',
    'network net1: Pending (pending) on node-1 Pending',
    'image tiny: - on node-1 -, node-2 -, node-3 -',
    'custom volume default/web: - on node-1 -, node-2 -',
  ]);
  expect(readEntities(rows, statuses).find(({ kind }) => kind === 'image')?.facts).toEqual([
    { label: 'Fingerprint', value: '66ed04856b54' },
    { label: 'Size', value: '1.03 MB' },
  ]);
});

test('an instance whose member does not tell has no state; projects but the usual one are named', () => {
  const instance = { name: 'c1', type: 1, project: 'other', node: 'node-1' };
  expect(readEntities({ ...rows, instances: [instance] }, statuses)[0]).toEqual({
    kind: 'instance',
    name: 'c1 (project other)',
    state: null,
    pending: false,
    on: [{ node: 'node-1', state: null }],
    facts: [{ label: 'Type', value: 'virtual-machine' }],
  });
  expect(readStatuses(null)).toEqual({});
});

test('Incus has the same tables', () => {
  const incus = globalRows(readResults(recordedAnswer('incus-sql-global.txt')));
  expect(readEntities(incus, {}).map(({ kind, name, on }) => `${kind} ${name} ${on.length}`)).toEqual([
    'storage pool default 3',
    'network incusbr0 3',
  ]);
  expect(incus.nodes.map((row) => row['schema'])).toEqual([73, 73, 73]);
});

test('lifecycle events are told by their action, all else is none', () => {
  const lines = recorded('monitor-lifecycle.txt').filter((line) => line !== '');
  expect(lines.map(readAction)).toEqual(['config-updated', 'cluster-member-removed', 'cluster-token-created']);
  expect([readAction(''), readAction('{"type":"logging","metadata":{"action":"x"}}'), readAction('null')]).toEqual([
    null,
    null,
    null,
  ]);
});
