import { describe, expect, test } from 'vitest';
import { Tables } from '../../../shared/ovsdb/rows.ts';
import { readMembers } from './members.ts';
import { logicalView } from './topology.ts';
import { readTunnelEnds, tunnelViews, type TunnelEnds } from './tunnels.ts';

const observed = { source: 'test', observedAt: 1, answers: true };
const tables = (contents: Record<string, Record<string, object>>): Tables => {
  const result = new Tables();
  for (const [table, rows] of Object.entries(contents))
    for (const [id, initial] of Object.entries(rows))
      result.apply({ [table]: { [id]: { initial: initial as Record<string, string> } } });
  return result;
};

test('logicalView binds ports to the nodes of their chassis', () => {
  const northbound = tables({
    Logical_Switch: {
      s: {
        name: 'demo',
        ports: [
          'set',
          [
            ['uuid', 'p1'],
            ['uuid', 'p2'],
          ],
        ],
      },
    },
    Logical_Switch_Port: {
      p1: { name: 'vm1', addresses: '02:00:00:00:00:01 10.0.0.1', up: true },
      p2: {
        name: 'to-router',
        type: 'router',
        addresses: 'router',
        options: ['map', [['router-port', 'r0-demo']]],
      },
    },
    Logical_Router: { r: { name: 'r0', ports: ['uuid', 'q'] } },
    Logical_Router_Port: { q: { name: 'r0-demo', mac: '02:00:00:00:01:01', networks: '10.0.0.254/24' } },
  });
  const southbound = tables({
    Chassis: { c: { name: 'chassis-1', hostname: 'node-1', encaps: ['uuid', 'e'] } },
    Encap: { e: { type: 'geneve', ip: '172.28.32.11', chassis_name: 'chassis-1' } },
    Port_Binding: { b: { logical_port: 'vm1', chassis: ['uuid', 'c'], up: true } },
  });
  const nodeOf = ({ hostname }: { hostname: string }) => (hostname === 'node-1' ? 'node-1' : null);
  expect(logicalView({ northbound, southbound, nb: observed, sb: observed, nodeOf })).toEqual({
    switches: [{ name: 'demo', ports: 2 }],
    routers: [{ name: 'r0', ports: 1 }],
    ports: [
      {
        name: 'r0-demo',
        parent: 'r0',
        type: '',
        addresses: ['02:00:00:00:01:01', '10.0.0.254/24'],
        node: null,
        up: null,
      },
      {
        name: 'to-router',
        parent: 'demo',
        type: 'router',
        addresses: ['router'],
        peer: 'r0-demo',
        node: null,
        up: null,
      },
      { name: 'vm1', parent: 'demo', type: '', addresses: ['02:00:00:00:00:01 10.0.0.1'], node: 'node-1', up: true },
    ],
    chassis: [{ name: 'chassis-1', hostname: 'node-1', encapType: 'geneve', encapIp: '172.28.32.11' }],
    nb: observed,
    sb: observed,
  });
});

describe('tunnels', () => {
  const nodeAt = (address: string) => `node-${address.slice(-1)}`;
  const end = (node: string, to: readonly string[], facts: Partial<TunnelEnds> = {}): TunnelEnds => ({
    node,
    able: true,
    answers: true,
    remotes: to.map((address) => ({ address, works: true })),
    ...facts,
  });
  const state = (...ends: TunnelEnds[]) =>
    tunnelViews(ends, nodeAt).map(({ from, to, state }) => `${from} ${to} ${state}`);

  test('are up by both ends, half by one', () => {
    expect(state(end('node-1', ['10.0.0.2']), end('node-2', ['10.0.0.1']))).toEqual(['node-1 node-2 up']);
    expect(state(end('node-1', []), end('node-2', ['10.0.0.1']))).toEqual(['node-1 node-2 half']);
    expect(state(end('node-1', ['10.0.0.9']))).toEqual([]);
  });

  test('are down where an end cannot be, unknown where one does not answer', () => {
    const other = end('node-2', ['10.0.0.1']);
    expect(state(end('node-1', ['10.0.0.2'], { able: false }), other)).toEqual(['node-1 node-2 down']);
    expect(state(end('node-1', ['10.0.0.2'], { answers: false }), other)).toEqual(['node-1 node-2 unknown']);
    const broken = end('node-1', [], { remotes: [{ address: '10.0.0.2', works: false }] });
    expect(state(broken, other)).toEqual(['node-1 node-2 down']);
  });

  test('are read from the interfaces', () => {
    const options = (ip: string) => [
      'map',
      [
        ['key', 'flow'],
        ['remote_ip', ip],
      ],
    ];
    const interfaces = tables({
      Interface: {
        a: { type: 'geneve', options: options('10.0.0.2') },
        b: { type: 'geneve', options: options('10.0.0.3'), bfd_status: ['map', [['state', 'down']]] },
        c: { type: 'geneve' },
      },
    });
    expect(readTunnelEnds(interfaces)).toEqual([
      { address: '10.0.0.2', works: true },
      { address: '10.0.0.3', works: false },
    ]);
  });
});

test('readMembers keeps the words of the product', () => {
  const member = tables({
    Member: {
      m: { name: 'node-1', address: '172.28.31.11:6686', role: 'stand-by', services: ['set', ['switch', 'central']] },
    },
  });
  expect(readMembers(member, observed, (name) => (name === 'node-1' ? 'ONLINE' : null))).toEqual([
    {
      member: { ...observed, name: 'node-1', address: '172.28.31.11:6686', role: 'stand-by', status: 'ONLINE' },
      services: ['central', 'switch'],
    },
  ]);
});
