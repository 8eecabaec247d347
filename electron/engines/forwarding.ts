import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { EngineNote } from '../../shared/engine.ts';

/** The packet filter of this machine, read and never changed. Tests give their own. */
export interface PacketFilter {
  /** `1` where packets between the ports of one bridge pass iptables; null where the kernel has no such switch, so that none do. */
  bridged(): Promise<string | null>;
  /** The chain FORWARD as `iptables -S FORWARD` prints it; null for who may not read it, or without the program. */
  forward(): Promise<string | null>;
}

const thisMachine: PacketFilter = {
  bridged: () => readFile('/proc/sys/net/bridge/bridge-nf-call-iptables', 'utf8').catch(() => null),
  forward: async () => {
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
    const asked = promisify(execFile)('iptables', ['-S', 'FORWARD'], { env, timeout: 2000 });
    return asked.then(
      ({ stdout }) => stdout,
      () => null,
    );
  },
};

/** What lets all of Podman's bridges through: the fix, or less narrow. */
const accepted = /^-A FORWARD( -i podman\+)?( -o podman\+)? -j ACCEPT$/m;

/**
 * Docker gives FORWARD the policy DROP; Podman's netavark lets its networks through one by one, but not the internal ones, and the underlay
 * of a lab is one. So on a machine with both, where bridged packets pass iptables, Podman's labs form and their tunnels carry nothing.
 * Not for a rootless Podman: its bridges are in a network namespace of their own.
 * @returns at most one note; with an empty fix when the filter could not be read
 */
export async function forwardingNotes(filter: PacketFilter = thisMachine): Promise<readonly EngineNote[]> {
  const bridged = await filter.bridged();
  if (bridged === null || bridged.trim() !== '1') return [];
  const chain = await filter.forward();
  if (chain === null) {
    const message = 'Whether the packet filter of this machine drops what Podman’s nodes send each other is not known.';
    return [{ message, why: 'It could not be read: only root may.', fix: '' }];
  }
  if (!/^-P FORWARD DROP$/m.test(chain) || accepted.test(chain)) return [];
  const message = 'The packet filter of this machine drops what Podman’s nodes send each other.';
  const why =
    'The policy of FORWARD is DROP, as Docker sets it, and what passes the underlay passes it too. ' +
    'Clusters form, and their tunnels carry nothing.';
  const sudo = userInfo().uid === 0 ? '' : 'sudo ';
  return [{ message, why, fix: `${sudo}iptables -I FORWARD -i podman+ -o podman+ -j ACCEPT` }];
}
