import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Need } from '../../electron/engines/engine.ts';
import { lxdNode } from '../../electron/recipes/lxd/nodes.ts';
import { LxdNodes } from './lxd-nodes.ts';

const clustering: readonly Need[] = ['net-admin', 'net-raw', 'net-settings', 'all-files', 'other-users', 'low-ports'];
const without = (need: Need) => clustering.filter((other) => other !== need);

/**
 * What the README of the images says fails without each need. `low-ports` is left out: Docker lets every node listen there
 * (`net.ipv4.ip_unprivileged_port_start=0`), Podman does not.
 */
const failures: readonly (readonly [Need, (nodes: LxdNodes) => string, RegExp])[] = [
  [
    'net-admin',
    (nodes) => bridge(nodes),
    /ip link add [^\n]*type bridge: exit status 2 \(RTNETLINK answers: Operation not permitted/,
  ],
  ['net-raw', (nodes) => bridge(nodes, 'ipv4.address=none ipv6.address=fd42:1::1/64'), /cannot create ICMPv6 socket/],
  ['net-settings', (nodes) => bridge(nodes), /\/proc\/sys\/net\/\S+: read-only file system/],
  ['other-users', (nodes) => bridge(nodes), /The DNS and DHCP service exited prematurely/],
];

const bridge = ({ dialect }: LxdNodes, settings = 'ipv6.address=none') =>
  `${dialect.client} network create br0 ${settings}`;

describe.each([
  ['lxd', '10.218.1'],
  ['incus', '10.218.2'],
] as const)('a node of %s', (kind, net) => {
  let nodes: LxdNodes;
  beforeAll(async () => {
    nodes = await LxdNodes.open(kind, net);
    await nodes.add(1, { needs: clustering });
    await Promise.all(failures.map(([need], index) => nodes.add(10 + index, { needs: without(need) })));
    await nodes.add(20, { needs: without('all-files') });
    await nodes.ready(1);
    await nodes.bootstrap(1);
  }, 240_000);
  afterAll(() => nodes.close(), 60_000);

  it('makes bridges, pools and instances without being able to run them', { timeout: 60_000 }, async () => {
    const { client } = nodes.dialect;
    await nodes.ok(1, `${bridge(nodes, 'ipv6.address=fd42:2::1/64')}`);
    await nodes.ok(1, `${client} image import -q /usr/local/share/quorate/tiny.tar.gz --alias tiny`);
    await nodes.ok(1, `${client} init -q tiny c1`);
    const { exitCode, stderr } = await nodes.run(1, `${client} start c1`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Daemon failed to setup shared mounts base');
    await nodes.ok(1, `${client} delete c1 && ${client} network delete br0`);
  });

  it('cannot reach the machine: its tables are closed, the settings of its own network are open', async () => {
    const { stderr } = await nodes.run(1, 'cat /proc/sys/kernel/core_pattern >/proc/sys/kernel/core_pattern');
    expect(stderr).toContain('Read-only file system');
    await nodes.ok(1, 'cat /proc/sys/net/ipv4/ip_forward >/proc/sys/net/ipv4/ip_forward');
    // CAP_SYS_ADMIN is bit 21 (linux/capability.h).
    const bits = BigInt(`0x${(await nodes.ok(1, "sed -n 's/^CapBnd:\\t//p' /proc/1/status")).trim()}`);
    expect((bits >> 21n) & 1n).toBe(0n);
  });

  it.each(failures)('needs %s', { timeout: 60_000 }, async (need, script, words) => {
    const k = 10 + failures.findIndex(([other]) => other === need);
    expect((await nodes.ready(k)).exitCode).toBe(0);
    const { exitCode, stderr } = await nodes.run(k, script(nodes));
    expect({ need, exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(words) as string });
  });

  it('needs all-files', { timeout: 60_000 }, async () => {
    expect((await nodes.ready(20, 2)).exitCode).toBe(1);
    expect(await nodes.ok(20, `cat ${nodes.dialect.log}`)).toContain('cannot change ownership on local socket');
  });

  it('is asked by its recipe for this and no more, and for containers only where instances are to run', () => {
    const request = (settings: Record<string, boolean>) => ({
      recipe: kind,
      name: 'a',
      nodes: 1,
      memoryMiB: 256,
      settings,
    });
    expect(lxdNode(request({}), 'i').needs.toSorted()).toEqual(clustering.toSorted());
    expect(lxdNode(request({ instances: true }), 'i').needs.toSorted()).toEqual(
      [...clustering, 'containers'].toSorted(),
    );
  });

  it('takes at most 120 MiB idle, and its image at most 450 MB', { timeout: 30_000 }, async () => {
    expect((await nodes.engine.stats(nodes.id(1))).memoryMiB).toBeLessThan(120);
    const words = ['image', 'inspect', '--format', '{{.Size}}', await nodes.images.tag(kind)];
    const { stdout } = await promisify(execFile)(nodes.engine.traits.cli, words);
    expect(Number(stdout)).toBeLessThan(450e6);
  });
});
