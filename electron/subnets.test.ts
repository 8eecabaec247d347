import { expect, it } from 'vitest';
import { chooseSubnets, overlaps, readRoutes, subnetsOf } from './subnets.ts';

const pair = ['mgmt', 'underlay'];

it('takes the first pair that overlaps with nothing', () => {
  expect(chooseSubnets([], pair)).toEqual({ mgmt: '172.28.0', underlay: '172.28.1' });
  expect(chooseSubnets(['172.28.1.0/24'], pair)).toEqual({ mgmt: '172.28.2', underlay: '172.28.3' });
  expect(chooseSubnets(['172.28.0.0/16', '172.29.0.77/32'], pair)).toEqual({ mgmt: '172.29.2', underlay: '172.29.3' });
  expect(chooseSubnets(['fd00::/8', 'nonsense', '10.0.0.0/8'], pair)).toEqual({
    mgmt: '172.28.0',
    underlay: '172.28.1',
  });
});

it('takes as many as there are roles', () => {
  expect(chooseSubnets([], ['cluster'])).toEqual({ cluster: '172.28.0' });
  expect(chooseSubnets(['172.28.0.0/23'], ['cluster'])).toEqual({ cluster: '172.28.2' });
  expect(chooseSubnets(['172.28.2.0/24'], ['a', 'b', 'c'])).toEqual({ a: '172.28.3', b: '172.28.4', c: '172.28.5' });
});

it('tells whether one shares addresses with others', () => {
  expect(overlaps('172.28.2.0/24', ['172.28.0.0/16'])).toBe(true);
  expect(overlaps('172.28.0.0/16', ['172.28.2.0/24'])).toBe(true);
  expect(overlaps('172.28.2.0/24', ['172.28.3.0/24', 'fd00::/8', 'nonsense'])).toBe(false);
});

it('says when none is left', () => {
  expect(() => chooseSubnets(['172.16.0.0/12'], pair)).toThrow(
    'No subnet between 172.28.0.0 and 172.31.255.0 is free.',
  );
});

it('reads the routes of Linux without the default one', () => {
  const text = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
tun0\t00001CAC\t00000000\t0001\t0\t0\t0\t0000FEFF\t0\t0\t0
`;
  expect(readRoutes(text)).toEqual(['192.168.0.0/24', '172.28.0.0/15']);
});

it('finds the subnets of a lab by its labels', () => {
  const network = (role: string, subnet: string) => ({
    id: role,
    name: `a-${role}`,
    lab: 'a',
    subnet,
    labels: { 'io.quorate.role': role },
  });
  const networks = [network('underlay', '172.28.9.0/24'), network('mgmt', '172.28.8.0/24')];
  expect(subnetsOf({ nodes: [], networks, missing: [] }, pair)).toEqual({ mgmt: '172.28.8', underlay: '172.28.9' });
  for (const networksLeft of [networks.slice(0, 1), networks.slice(1)]) {
    expect(subnetsOf({ nodes: [], networks: networksLeft, missing: [] }, pair)).toEqual({
      mgmt: '172.28.8',
      underlay: '172.28.9',
    });
  }
  expect(subnetsOf({ nodes: [], networks: [], missing: [] }, pair)).toBeNull();
});
