import { expect, it } from 'vitest';
import type { Need } from './engine.ts';
import { needsConfig, needsWords } from './docker-needs.ts';

const clustering: readonly Need[] = ['net-admin', 'net-settings', 'all-files', 'other-users'];
const tables = (path: string) => /^\/proc\/sys\/(?!net)/.test(path);

interface Config {
  readonly CapAdd: readonly string[];
  readonly SecurityOpt: readonly string[];
  readonly ReadonlyPaths?: readonly string[];
  readonly MaskedPaths?: readonly string[];
}

it('gives nothing where nothing is needed', () => {
  for (const kind of ['docker', 'podman'] as const) {
    expect(needsConfig([], kind)).toEqual({
      CapDrop: ['ALL'],
      CapAdd: [],
      Devices: [],
      SecurityOpt: ['no-new-privileges'],
    });
    expect(needsWords([], kind).join(' ')).toBe('--cap-drop ALL --security-opt no-new-privileges');
  }
});

it('opens the settings of the network and none of the machine', () => {
  const docker = needsConfig(clustering, 'docker') as Config;
  expect(docker.CapAdd).toEqual(['NET_ADMIN', 'CHOWN', 'DAC_OVERRIDE', 'SETUID', 'SETGID', 'KILL']);
  expect(docker.SecurityOpt).toEqual(['no-new-privileges']);
  expect(docker.MaskedPaths).toBeUndefined();
  expect(docker.ReadonlyPaths).toEqual(expect.arrayContaining(['/proc/sysrq-trigger', '/proc/sys/kernel']));
  expect(docker.ReadonlyPaths?.filter((path) => '/proc/sys/net'.startsWith(path))).toEqual([]);

  const podman = needsConfig(clustering, 'podman') as Config;
  const [, unmask, mask] = podman.SecurityOpt;
  expect([unmask, podman.ReadonlyPaths]).toEqual(['unmask=/proc/sys', undefined]);
  expect(mask?.replace('mask=', '').split(':')).toEqual(docker.ReadonlyPaths?.filter(tables));
});

it.each([
  [
    'docker',
    { ReadonlyPaths: [], MaskedPaths: [], CgroupnsMode: 'private' },
    ['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'],
  ],
  ['podman', { CgroupnsMode: 'private' }, ['seccomp=unconfined', 'apparmor=unconfined', 'unmask=ALL']],
] as const)('lets a node run containers only where that is asked for (%s)', (kind, config, options) => {
  expect(needsConfig(['net-settings', 'containers'], kind)).toMatchObject(config);
  const words = needsWords(['net-settings', 'containers'], kind).join(' ');
  expect(words).toBe(
    [
      '--cap-drop ALL --cap-add SYS_ADMIN --cap-add FOWNER --cap-add SYS_CHROOT --security-opt no-new-privileges',
      ...options.map((option) => `--security-opt ${option}`),
      '--cgroupns private',
    ].join(' '),
  );
  const without = JSON.stringify(needsConfig(clustering, kind)) + needsWords(clustering, kind).join(' ');
  expect(without).not.toMatch(/SYS_ADMIN|seccomp|apparmor|unmask=ALL|cgroupns/i);
});

it('says the device of tun as the engine takes it and as one types it', () => {
  expect(needsConfig(['tun'], 'docker')).toMatchObject({
    Devices: [{ PathOnHost: '/dev/net/tun', PathInContainer: '/dev/net/tun', CgroupPermissions: 'rwm' }],
  });
  expect(needsWords(['tun', 'net-raw'], 'docker')).toEqual(
    expect.arrayContaining(['--device', '/dev/net/tun', '--cap-add', 'NET_RAW']),
  );
});
