import { isIPv6 } from 'node:net';

/** The facts of which every value of `ovn.env` is made. */
export interface OvnEnvironment {
  /** Bare addresses of all members with `central`, oldest first, or those of `ovn.central-ips`. */
  readonly centrals: readonly string[];
  /** Bare address of this member. */
  readonly local: string;
}

export const NB_PORT = 6641;
export const SB_PORT = 6642;

/** `ssl:IP:PORT[,…]` of every central; `''` when there is none. */
export function connectString(centrals: readonly string[], port: number): string {
  return centrals.map((address) => `ssl:${bracketed(address)}:${port}`).join(',');
}

/** IPv6 addresses go in brackets wherever a port follows. */
export function bracketed(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

/** `ip:port` or `[ip]:port` without its port and brackets. */
export function bareAddress(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

/** Text of `data/env/ovn.env` (contract 3.2). */
export function ovnEnvironmentFile({ centrals, local }: OvnEnvironment): string {
  // Whom a new database server joins: never itself, unless it is the only one.
  const initial = centrals.find((address) => address !== local) ?? centrals[0] ?? '';
  const values = {
    OVN_INITIAL_NB: initial,
    OVN_INITIAL_SB: initial,
    OVN_NB_CONNECT: connectString(centrals, NB_PORT),
    OVN_SB_CONNECT: connectString(centrals, SB_PORT),
    OVN_LOCAL_IP: local,
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}="${value}"\n`);
  return `# Written by the MicroOVN daemon; changes are overwritten.\n${lines.join('')}`;
}

/**
 * What is wrong with a value of `ovn.central-ips`, in MicroOVN's words; `null` when nothing is.
 * @param isAddress whether a text is a bare IPv4 or IPv6 address
 */
export function centralAddressesProblem(value: string, isAddress: (text: string) => boolean): string | null {
  if (value === '') return 'no IPs provided';
  const wrong = value.split(',').find((text) => !isAddress(text));
  return wrong === undefined ? null : `cannot parse IP address '${wrong}'`;
}
