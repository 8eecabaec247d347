import { expect, test } from 'vitest';
import { firstGlobalAddress, withDaemonPort, withoutPort } from './host-address.ts';

test('the first usable address in the order of the kernel', () => {
  const loopback = { index: 1, addresses: ['127.0.0.1', '::1'] };
  const linkLocal = { index: 2, addresses: ['169.254.1.1', 'fe80::1', 'ff02::1', '0.0.0.0'] };
  const later = { index: 9, addresses: ['172.30.0.11', 'fd00::11'] };
  const earlier = { index: 4, addresses: ['fe80::2', 'fd00::12'] };
  expect(firstGlobalAddress([later, loopback, earlier, linkLocal])).toBe('fd00::12');
  expect(firstGlobalAddress([later, loopback, linkLocal])).toBe('172.30.0.11');
  expect(firstGlobalAddress([loopback, linkLocal])).toBe(null);
});

test('addresses with and without the port', () => {
  expect(['10.0.0.1', 'fd00::1'].map(withDaemonPort)).toEqual(['10.0.0.1:6686', '[fd00::1]:6686']);
  expect(['10.0.0.1:6686', '[fd00::1]:6686'].map(withoutPort)).toEqual(['10.0.0.1', 'fd00::1']);
});
