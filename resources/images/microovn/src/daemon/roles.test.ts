import { expect, test } from 'vitest';
import type { MemberRole } from '../api.ts';
import { assignRoles } from './roles.ts';

/** `n1 voter, n2 spare!`: name and role, `!` for offline. The first leads unless another name is given. */
function assigned(text: string, leader = 'n1'): string {
  const members = text.split(', ').map((part) => {
    const [name = '', role = ''] = part.split(' ');
    return { name, role: role.replace('!', '') as MemberRole, online: !role.endsWith('!') };
  });
  return [...assignRoles(members, leader)].map(([name, role]) => `${name} ${role}`).join(', ');
}

test('one member votes, of two the leader alone', () => {
  expect(assigned('n1 PENDING')).toBe('n1 voter');
  expect(assigned('n1 voter, n2 PENDING')).toBe('n1 voter, n2 spare');
  expect(assigned('n1 voter, n2 voter', 'n2')).toBe('n1 spare, n2 voter');
});

test('the third member brings three voters', () => {
  expect(assigned('n1 voter, n2 spare, n3 PENDING')).toBe('n1 voter, n2 voter, n3 voter');
});

test('three vote, three stand by, the rest are spares', () => {
  const nine = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9'].map((name) => `${name} PENDING`).join(', ');
  expect(assigned(nine)).toBe(
    'n1 voter, n2 voter, n3 voter, n4 stand-by, n5 stand-by, n6 stand-by, n7 spare, n8 spare, n9 spare',
  );
});

test('a settled cluster stays as it is, whoever leads', () => {
  const settled = 'n1 voter, n2 voter, n3 stand-by, n4 voter';
  expect(assigned(settled, 'n4')).toBe(settled);
});

test('an offline voter gives way to a stand-by, and only when there is one', () => {
  expect(assigned('n1 voter, n2 voter!, n3 voter, n4 spare, n5 stand-by')).toBe(
    'n1 voter, n2 spare, n3 voter, n4 stand-by, n5 voter',
  );
  expect(assigned('n1 voter, n2 voter!, n3 voter')).toBe('n1 voter, n2 voter, n3 voter');
  expect(assigned('n1 voter, n2 voter!, n3 voter, n4 stand-by!')).toBe('n1 voter, n2 voter, n3 voter, n4 stand-by');
});

test('a joiner that was never reached gets no role and does not count', () => {
  expect(assigned('n1 voter, n2 spare, n3 PENDING!')).toBe('n1 voter, n2 spare');
});
