import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { centralAddresses, foundCluster, insertMember, placement } from './operations.ts';
import { configKey, type Member, type Snapshot } from './snapshot.ts';

function member(name: string, position: number, part: Partial<Member>): Member {
  return {
    uuid: name,
    name,
    address: `10.0.0.${position}:6686`,
    certificate: '',
    role: 'voter',
    assignment: 'voter',
    leaving: false,
    services: [],
    planned: [],
    position,
    joined: 0,
    started: 0,
    lastHeartbeat: 0,
    schemaInternal: 1,
    schemaExternal: 1,
    extensions: [],
    encapIp: '',
    ...part,
  };
}

function snapshot(members: readonly Member[], config: readonly (readonly [string, string])[] = []): Snapshot {
  return { members, tokens: [], config: new Map(config), generation: 1 };
}

const central = { services: ['central'] } as const;

test('central goes to the first three, counting joiners that are still at work', () => {
  expect(placement(snapshot([member('a', 1, central), member('b', 2, central)]))).toContain('central');
  const promised = member('c', 3, { planned: ['central', 'switch'] });
  expect(placement(snapshot([member('a', 1, central), member('b', 2, central), promised]))).toEqual([
    'chassis',
    'switch',
  ]);
  expect(placement(snapshot([], [[configKey.centralIps, '10.9.9.9']]))).toEqual(['chassis', 'switch']);
});

test('central addresses are those that run, oldest first, unless a list is set', () => {
  const members = [member('a', 1, central), member('b', 2, { planned: ['central'] }), member('c', 3, central)];
  expect(centralAddresses(snapshot(members))).toEqual(['10.0.0.1', '10.0.0.3']);
  expect(centralAddresses(snapshot(members, [[configKey.centralIps, '10.9.9.9,fd00::1']]))).toEqual([
    '10.9.9.9',
    'fd00::1',
  ]);
});

test('positions grow past gaps', () => {
  const fresh = { name: 'd', address: '10.0.0.4:6686', certificate: '', encapIp: '10.0.0.4', planned: [] };
  expect(insertMember(fresh, snapshot([member('c', 7, {})]))['row']).toMatchObject({ position: 8, role: 'PENDING' });
});

test('every column the first transaction writes is in the schema', () => {
  const path = new URL('../../microovn.ovsschema', import.meta.url);
  const schema = JSON.parse(readFileSync(path, 'utf8')) as {
    tables: Record<string, { columns: Record<string, unknown>; indexes?: readonly (readonly string[])[] }>;
  };
  const first = { name: 'a', address: 'x:1', certificate: 'c', encapIp: 'x', planned: ['central'] } as const;
  for (const { table, row } of foundCluster(first, { certificate: 'c', key: 'k' }, true)) {
    const known = Object.keys(schema.tables[String(table)]?.columns ?? {});
    expect(known).toEqual(expect.arrayContaining(Object.keys(row as Record<string, unknown>)));
  }
  expect(schema.tables['Member']?.indexes).toEqual([['name'], ['address'], ['position']]);
  expect(schema.tables['Token']?.indexes).toEqual([['name'], ['secret_hash']]);
});
