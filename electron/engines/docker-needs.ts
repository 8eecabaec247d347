import type { Need } from './engine.ts';

/** What an engine gives a node for one need, beyond nothing. */
interface Grant {
  readonly capabilities: readonly string[];
  readonly device?: string;
  /** How much of `/proc` may be written: the settings of the node's own network, or all of it. */
  readonly proc?: 'network' | 'all';
  /** Neither system call filter nor AppArmor profile. */
  readonly unconfined?: true;
}

/** What fails without each line stands in `resources/images/lxd/README.md`, with the error. */
const grants: Readonly<Record<Need, Grant>> = {
  'net-admin': { capabilities: ['NET_ADMIN'] },
  'net-raw': { capabilities: ['NET_RAW'] },
  tun: { capabilities: [], device: '/dev/net/tun' },
  'net-settings': { capabilities: [], proc: 'network' },
  'low-ports': { capabilities: ['NET_BIND_SERVICE'] },
  'all-files': { capabilities: ['CHOWN', 'DAC_OVERRIDE'] },
  'other-users': { capabilities: ['SETUID', 'SETGID', 'KILL'] },
  containers: { capabilities: ['SYS_ADMIN', 'FOWNER', 'SYS_CHROOT'], proc: 'all', unconfined: true },
};

/** What both engines protect besides /proc/sys (moby oci/defaults.go, `ReadonlyPaths`). */
const protectedPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sysrq-trigger'];

/**
 * The tables of /proc/sys but `net`. They are the machine's own: root of a node is root of the machine there, without any capability
 * (/proc/sys/kernel/core_pattern names a program the machine runs), so they stay closed where the network's settings are opened.
 */
const machineTables = ['abi', 'crypto', 'debug', 'dev', 'fs', 'kernel', 'sunrpc', 'user', 'vm', 'xen'].map(
  (table) => `/proc/sys/${table}`,
);

/**
 * The part of `HostConfig` that follows from the needs. Podman (4.3) ignores `ReadonlyPaths` and takes words of its own; it cannot open
 * /proc/sys and keep a part of it readable, so the machine's tables are hidden there.
 */
export function needsConfig(needs: readonly Need[], kind: 'docker' | 'podman'): object {
  const { capabilities, devices, proc, unconfined } = sum(needs);
  const security = ['no-new-privileges', ...(unconfined ? ['seccomp=unconfined', 'apparmor=unconfined'] : [])];
  return {
    CapDrop: ['ALL'],
    CapAdd: capabilities,
    Devices: devices.map((path) => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rwm' })),
    SecurityOpt: kind === 'podman' ? [...security, ...podmanPaths(proc)] : security,
    ...(kind === 'docker' && proc === 'network' ? { ReadonlyPaths: [...protectedPaths, ...machineTables] } : {}),
    ...(kind === 'docker' && proc === 'all' ? { ReadonlyPaths: [], MaskedPaths: [] } : {}),
    // Where containers run in the node, theirs are below its own; without it LXD finds no controller of cgroup v1.
    ...(unconfined ? { CgroupnsMode: 'private' } : {}),
  };
}

/**
 * The same as words of `docker create` or `podman create`. The command line of Docker cannot name paths: it opens all of /proc where
 * Quorate opens the settings of the network alone.
 */
export function needsWords(needs: readonly Need[], cli: string): readonly string[] {
  const { capabilities, devices, proc, unconfined } = sum(needs);
  const paths = cli === 'podman' ? podmanPaths(proc) : proc === undefined ? [] : ['systempaths=unconfined'];
  const security = [...(unconfined ? ['seccomp=unconfined', 'apparmor=unconfined'] : []), ...paths];
  return [
    ...['--cap-drop', 'ALL'],
    ...capabilities.flatMap((name) => ['--cap-add', name]),
    ...devices.flatMap((path) => ['--device', path]),
    ...['no-new-privileges', ...security].flatMap((option) => ['--security-opt', option]),
    ...(unconfined ? ['--cgroupns', 'private'] : []),
  ];
}

function podmanPaths(proc: Grant['proc']): readonly string[] {
  if (proc === undefined) return [];
  return proc === 'all' ? ['unmask=ALL'] : ['unmask=/proc/sys', `mask=${machineTables.join(':')}`];
}

function sum(needs: readonly Need[]) {
  const all = needs.map((need) => grants[need]);
  return {
    capabilities: all.flatMap(({ capabilities }) => capabilities),
    devices: all.flatMap(({ device }) => device ?? []),
    proc: all.some(({ proc }) => proc === 'all') ? ('all' as const) : all.find(({ proc }) => proc)?.proc,
    unconfined: all.some(({ unconfined }) => unconfined),
  };
}
