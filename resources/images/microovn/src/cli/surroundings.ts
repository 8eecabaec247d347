import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import type { Surroundings } from './command.ts';
import { firstGlobalAddress } from './host-address.ts';

/** The surroundings of this process. `close` lets go of stdin, so that the process may end. */
export function processSurroundings(): Surroundings & { close(): void } {
  const input = lineReader();
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readLine: input.readLine,
    readAll: input.readAll,
    environment: process.env,
    hostName: hostname,
    hostAddress,
    packageVersion,
    now: () => new Date(),
    close: input.close,
  };
}

/** Reads stdin only when asked to: touching it would keep the process alive. */
function lineReader() {
  let chunks: AsyncIterator<unknown> | null = null;
  let pending = '';
  const more = async () => {
    chunks ??= process.stdin.setEncoding('utf8')[Symbol.asyncIterator]();
    const { done, value } = await chunks.next();
    if (!done) pending += String(value);
    return !done;
  };
  const take = (length: number) => {
    const taken = pending.slice(0, length);
    pending = pending.slice(length);
    return taken;
  };
  return {
    readLine: async () => {
      while (!pending.includes('\n')) if (!(await more())) return pending === '' ? null : take(pending.length);
      return take(pending.indexOf('\n') + 1).replace(/\r?\n$/, '');
    },
    readAll: async () => {
      while (await more());
      return take(pending.length);
    },
    close: () => {
      if (chunks !== null) process.stdin.destroy();
    },
  };
}

/**
 * The lab gives a node two networks and says in QUORATE_MGMT which address is the one to be known by; else the order of
 * the interfaces decides, which a network cut and restored would change.
 */
function hostAddress(): string | null {
  const interfaces = Object.entries(networkInterfaces()).map(([name, addresses = []]) => ({
    index: interfaceIndex(name),
    addresses: addresses.map(({ address }) => address),
  }));
  const management = process.env['QUORATE_MGMT']?.replace(/\/.*$/, '');
  const known = interfaces.flatMap(({ addresses }) => addresses);
  return known.find((address) => address === management) ?? firstGlobalAddress(interfaces);
}

function interfaceIndex(name: string): number {
  try {
    return Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8'));
  } catch {
    // An interface that vanished since; it comes last.
    return Infinity;
  }
}

async function packageVersion(name: string): Promise<string> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    execFile('dpkg-query', ['--show', '--showformat=${Version}', name], (error, stdout) => {
      resolve(error === null && stdout !== '' ? stdout : 'unknown');
    });
  });
}
