import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { LabError } from '../shared/errors.ts';
import type { Found } from './engines/engine.ts';
import { label } from './engines/labels.ts';
import type { Subnets } from './recipes/recipe.ts';

/** An IPv4 range as first and last address. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** Where lab networks lie: the /24s of 172.28.0.0 to 172.31.255.0, which Docker's own pools leave to others. */
const firstSubnet = toNumber('172.28.0.0');
const subnetCount = 4 * 256;

/**
 * Chooses the first neighbouring /24s that overlap with nothing in use, one for each role.
 * @param used CIDRs, e.g. `172.28.0.0/16`; IPv6 and anything unreadable is ignored
 * @throws LabError 'engine/subnet-taken' when all are in use
 */
export function chooseSubnets(used: readonly string[], roles: readonly string[]): Subnets {
  const ranges = used.map(toRange).filter((range) => range !== null);
  const size = roles.length * 256;
  for (let block = 0; (block + 1) * roles.length <= subnetCount; block++) {
    const first = firstSubnet + block * size;
    const last = first + size - 1;
    if (ranges.some((range) => range.first <= last && range.last >= first)) continue;
    return Object.fromEntries(roles.map((role, index) => [role, prefix(first + index * 256)]));
  }
  throw new LabError('engine/subnet-taken', 'No subnet between 172.28.0.0 and 172.31.255.0 is free.', {
    fix: 'Destroy a lab, or remove networks of others that lie there.',
  });
}

/** Whether a CIDR shares an address with one of others; what is unreadable does not. */
export function overlaps(cidr: string, others: readonly string[]): boolean {
  const range = toRange(cidr);
  if (range === null) return false;
  return others.some((other) => {
    const { first, last } = toRange(other) ?? { first: Infinity, last: -1 };
    return first <= range.last && last >= range.first;
  });
}

/** Where a lab's networks lie, by their labels; one that is missing is found by its neighbour. Null while it has none. */
export function subnetsOf(found: Found, roles: readonly string[]): Subnets | null {
  for (const [index, role] of roles.entries()) {
    const known = found.networks.find((network) => network.labels[label.role] === role);
    if (known === undefined) continue;
    const first = toNumber(known.subnet.replace(/\/\d+$/, '')) - index * 256;
    return Object.fromEntries(roles.map((each, place) => [each, prefix(first + place * 256)]));
  }
  return null;
}

/** Subnets this machine itself uses, as CIDRs: its interfaces, and on Linux its routes. */
export async function hostSubnets(): Promise<readonly string[]> {
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [cidr] : [])),
  );
  return [...interfaces, ...(await routes())];
}

/** Destinations of `/proc/net/route`; none on systems without it. The default route is left out: it overlaps with everything. */
async function routes(): Promise<readonly string[]> {
  const text = await readFile('/proc/net/route', 'utf8').catch(() => '');
  return readRoutes(text);
}

/**
 * Reads `/proc/net/route`: a head line, then per line name, destination and (8th) mask as little-endian hex, e.g.
 * `eth0	0000A8C0	00000000	0001	0	0	0	00FFFFFF	…` for 192.168.0.0/24.
 */
export function readRoutes(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, destination, , , , , , mask] = line.trim().split(/\s+/);
      if (destination === undefined || mask === undefined || mask === '00000000') return [];
      const bits = [...littleEndian(mask).toString(2)].filter((bit) => bit === '1').length;
      return [`${dotted(littleEndian(destination))}/${bits}`];
    });
}

function littleEndian(hex: string): number {
  return Number.parseInt((hex.match(/../g) ?? []).toReversed().join(''), 16);
}

function toRange(cidr: string): Range | null {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr);
  if (match?.[1] === undefined) return null;
  const size = 2 ** (32 - Number(match[2]));
  const first = Math.floor(toNumber(match[1]) / size) * size;
  return { first, last: first + size - 1 };
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function prefix(address: number): string {
  return dotted(address).replace(/\.\d+$/, '');
}
