import { isIP } from 'node:net';
import { expect, test } from 'vitest';
import { bareAddress, centralAddressesProblem, ovnEnvironmentFile } from './ovn-env.ts';

function value(text: string, name: string): string | undefined {
  return new RegExp(`^${name}="(.*)"$`, 'm').exec(text)?.[1];
}

test('a lone central joins nobody but itself', () => {
  const text = ovnEnvironmentFile({ centrals: ['10.0.0.1'], local: '10.0.0.1' });
  expect(text.split('\n')[0]).toMatch(/^#/);
  expect(text.split('\n').slice(1)).toEqual([
    'OVN_INITIAL_NB="10.0.0.1"',
    'OVN_INITIAL_SB="10.0.0.1"',
    'OVN_NB_CONNECT="ssl:10.0.0.1:6641"',
    'OVN_SB_CONNECT="ssl:10.0.0.1:6642"',
    'OVN_LOCAL_IP="10.0.0.1"',
    '',
  ]);
});

test('a new server joins the first central that is another node; IPv6 is bracketed only where a port follows', () => {
  const text = ovnEnvironmentFile({ centrals: ['10.0.0.1', 'fd00::2'], local: '10.0.0.1' });
  expect(value(text, 'OVN_INITIAL_NB')).toBe('fd00::2');
  expect(value(text, 'OVN_SB_CONNECT')).toBe('ssl:10.0.0.1:6642,ssl:[fd00::2]:6642');
  expect(bareAddress('[fd00::2]:6686')).toBe('fd00::2');
});

test('without any central all but the local address is empty', () => {
  const text = ovnEnvironmentFile({ centrals: [], local: '10.0.0.1' });
  expect([value(text, 'OVN_INITIAL_SB'), value(text, 'OVN_NB_CONNECT')]).toEqual(['', '']);
});

test.each([
  ['10.0.0.1,fd00::1', null],
  ['', 'no IPs provided'],
  ['127.0.0', "cannot parse IP address '127.0.0'"],
  ['10.0.0.1,', "cannot parse IP address ''"],
  ['10.0.0.1, 10.0.0.2', "cannot parse IP address ' 10.0.0.2'"],
  ['[fd00::1]', "cannot parse IP address '[fd00::1]'"],
])('ovn.central-ips %j', (text, problem) => {
  expect(centralAddressesProblem(text, (candidate) => isIP(candidate) !== 0)).toBe(problem);
});
