import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Need } from '../../electron/engines/engine.ts';
import { LxdNodes } from './lxd-nodes.ts';
import { until } from './until.ts';

const needs: readonly Need[] = [
  'net-admin',
  'net-raw',
  'net-settings',
  'all-files',
  'other-users',
  'low-ports',
  'containers',
];

describe.each([
  ['lxd', '10.218.3'],
  ['incus', '10.218.4'],
] as const)('instances of %s', (kind, net) => {
  let nodes: LxdNodes;
  beforeAll(async () => {
    nodes = await LxdNodes.open(kind, net);
    await Promise.all([nodes.add(1, { needs }), nodes.add(2, { needs })]);
    await Promise.all([nodes.ready(1), nodes.ready(2)]);
    await nodes.bootstrap(1);
    await nodes.join(2);
  }, 240_000);
  afterAll(() => nodes.close(), 60_000);

  it('run on another node, have an address, are ended in order and deleted', { timeout: 90_000 }, async () => {
    const { client } = nodes.dialect;
    const say = (words: string) => nodes.ok(1, `${client} ${words}`);
    await say('network create br0 --target node-1');
    await say('network create br0 --target node-2');
    await say('network create br0 ipv6.address=none');
    await say('image import -q /usr/local/share/quorate/tiny.tar.gz --alias tiny');
    await say('launch -q tiny c1 --network br0 --target node-2');

    const gateway = (await say('network get br0 ipv4.address')).replace(/\/.*/, '');
    let address = '';
    await until(
      async () => {
        address = await say('exec c1 -- ip -4 -o address show dev eth0');
        return address.includes(gateway.replace(/\d+$/, '')) ? true : null;
      },
      () => address,
    );
    expect(await say(`exec c1 -- ping -c 1 -W 2 ${gateway}`)).toContain('1 packets received');
    expect(await say('exec c1 -- hostname')).toBe('c1');
    // Not root of the machine: its user 0 is another one outside.
    expect(await say('exec c1 -- cat /proc/self/uid_map')).toMatch(/^0 +1000+ /);
    expect(await say('list -c nsL -f csv')).toBe('c1,RUNNING,node-2');
    expect(await nodes.ok(2, `ls ${nodes.dialect.folder}/containers`)).toBe('c1');

    await say('stop c1 --timeout 20');
    expect(await say('file pull c1/etc/hosts -')).toContain('localhost');
    await say('delete c1');
    expect(await say('list -f csv')).toBe('');
  });

  it('run on while the daemon is down, and are there again with it', { timeout: 60_000 }, async () => {
    const { client, service } = nodes.dialect;
    await nodes.ok(1, `${client} launch -q tiny c2 --target node-2`);
    const init = () => nodes.ok(2, 'pgrep -x init | wc -l');
    expect(await init()).toBe('1');
    await nodes.ok(2, `sv -w 30 stop ${service}`);
    expect(await init()).toBe('1');
    await nodes.ok(2, `sv up ${service}`);
    expect((await nodes.ready(2)).exitCode).toBe(0);
    await until(
      async () => ((await nodes.run(1, `${client} exec c2 -- hostname`)).stdout === 'c2\n' ? true : null),
      () => 'c2 does not answer',
      20_000,
    );
    await nodes.ok(1, `${client} delete -f c2`);
  });
});
