import { expect, test } from 'vitest';
import type { LabView, MemberView } from '../../shared/lab.ts';
import { domainsOf, isOnline, isUnformed, saidOfAll, saidOfOne } from './member-said.ts';

const member = (name: string, message: string, domain: string): MemberView => ({
  name,
  message,
  facts: [
    { label: 'Failure domain', value: domain },
    { label: 'Groups', value: 'default' },
  ],
  address: '',
  role: '',
  status: 'Online',
  source: '',
  observedAt: 1,
  answers: true,
});

test('knows well by the word of either product', () => {
  expect(['ONLINE', 'Online', 'Offline', 'Blocked', null].map(isOnline)).toEqual([true, true, false, false, false]);
});

test('a failure domain is told where not all share one', () => {
  expect(domainsOf([member('a', '', 'default'), member('b', '', 'default')]).size).toBe(0);
  expect([...domainsOf([member('a', '', 'rack-1'), member('b', '', 'default')])]).toEqual([
    ['a', 'rack-1'],
    ['b', 'default'],
  ]);
});

test('what holds for all is said once', () => {
  const two = [member('a', 'Fully operational', 'rack-1'), member('b', 'Fully operational', 'rack-2')];
  expect(saidOfAll(two)).toEqual(['Fully operational', 'Groups default']);
  expect(saidOfAll(two.slice(1))).toEqual([]);
  const three = [...two, member('c', 'No heartbeat', 'rack-2')].map((one, index) => ({
    ...one,
    facts: [...(one.facts ?? []), { label: 'Raft ID', value: String(index + 1) }],
  }));
  expect(three.map((one) => saidOfOne(one, three))).toEqual([
    ['Fully operational', 'Failure domain rack-1'],
    ['Fully operational', 'Failure domain rack-2'],
    ['No heartbeat', 'Failure domain rack-2'],
  ]);
});

test('fresh nodes are told from nodes that nobody heard', () => {
  const view = (kind: string, answers: boolean) =>
    ({ runId: null, databases: [{ replicas: [{ kind, answers }] }] }) as unknown as LabView;
  expect([isUnformed(view('none', true)), isUnformed(view('unknown', false)), isUnformed(view('voter', true))]).toEqual(
    [true, false, false],
  );
});
