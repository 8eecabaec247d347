import { expect, test } from 'vitest';
import { recordedAnswer } from '../../../test/fakes/recorded-lxd.ts';
import { memberView, readClusterMembers } from './cluster-members.ts';
import { roleWord } from './raft-node.ts';

const observed = { source: 'test', observedAt: 1, answers: true };
const members = readClusterMembers(recordedAnswer('members-7nodes.txt'));
const raft = [0, 0, 0, 1, 0, 0, 1].map((role, i) => ({
  id: String(i + 1),
  address: `10.55.60.17${i + 1}:8443`,
  role: roleWord(role),
}));

test('tells members in LXD’s words, live ones that it calls Offline as it says', () => {
  const views = members.map((member) => memberView(member, { observed, raft, rows: [] }));
  expect(views.map(({ name, role, status }) => `${name} ${role} ${status ?? ''}`)).toEqual([
    'node1 leader Offline',
    'node2 voter Online',
    'node3 voter Online',
    'node4 stand-by Online',
    'node5 voter Online',
    'node6 voter Offline',
    'node7 stand-by Online',
  ]);
  expect(views[0]).toEqual({
    ...observed,
    name: 'node1',
    address: '10.55.60.171:8443',
    role: 'leader',
    status: 'Offline',
    message: 'No heartbeat for 11.198987574s (2026-11-20 12:03:04.420952729 +0000 UTC)',
    facts: [
      { label: 'Roles', value: 'database-leader, database' },
      { label: 'Raft ID', value: '1' },
      { label: 'Failure domain', value: 'default' },
      { label: 'Groups', value: 'default' },
      { label: 'Architecture', value: 'x86_64' },
    ],
  });
});

test('a member without a role of the database is what the servers say, else a spare', () => {
  const [first] = members;
  if (first === undefined) throw new Error('members are recorded');
  const role = (roles: readonly string[], word = 'spare') =>
    memberView({ ...first, roles }, { observed, raft: [{ id: '9', address: first.address, role: word }], rows: [] })
      .role;
  expect([role([]), role(['event-hub']), role([], 'voter'), role(['database-voter'])]).toEqual([
    'spare',
    'spare',
    'voter',
    'voter',
  ]);
  expect(memberView({ ...first, roles: [] }, { observed, raft: [], rows: [] }).role).toBe('spare');
});

test('the versions a rolling upgrade compares are facts', () => {
  const [first] = members;
  if (first === undefined) throw new Error('members are recorded');
  const rows = [{ name: 'node1', schema: 60, api_extensions: 318 }];
  expect(memberView(first, { observed, raft, rows }).facts?.slice(-2)).toEqual([
    { label: 'Schema', value: '60' },
    { label: 'API extensions', value: '318' },
  ]);
});

test('a daemon that is not clustered refuses in its own words', () => {
  expect(() => recordedAnswer('members-standalone.txt')).toThrow('Server is not clustered');
  expect(() => readClusterMembers(null)).toThrow(/another form/);
});
