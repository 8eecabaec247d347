import { isIPv4, isIPv6 } from 'node:net';
import { DAEMON_PORT } from '../api.ts';

/** An interface of this host: its index in the kernel and its addresses in the order the kernel lists them. */
export interface HostInterface {
  readonly index: number;
  readonly addresses: readonly string[];
}

/**
 * The address MicroOVN listens on unless told: the first global unicast address of the first interface that has one,
 * in the kernel's order. `null` when there is none.
 */
export function firstGlobalAddress(interfaces: readonly HostInterface[]): string | null {
  const ordered = [...interfaces].sort((left, right) => left.index - right.index);
  return ordered.flatMap(({ addresses }) => addresses).find(isGlobalUnicast) ?? null;
}

/** Neither loopback, link-local, multicast, broadcast nor unspecified; private addresses count (Go's net package). */
export function isGlobalUnicast(address: string): boolean {
  if (isIPv4(address)) {
    const [first = 0, second = 0] = address.split('.').map(Number);
    return first !== 0 && first !== 127 && first < 224 && !(first === 169 && second === 254);
  }
  return isIPv6(address) && !/^(::1?$|fe[89ab]|ff)/i.test(address);
}

/** What is wrong with an IP address given by hand, `null` when nothing is. */
export function addressProblem(address: string): string | null {
  return isIPv4(address) || isIPv6(address) ? null : `${JSON.stringify(address)} is not an IP address`;
}

/** An address with the daemon's port, IPv6 in brackets: `172.30.0.11:6686`. */
export function withDaemonPort(address: string): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${String(DAEMON_PORT)}`;
}

/** The address of `ip:port`, without brackets. */
export function withoutPort(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
