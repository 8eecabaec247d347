import { afterAll, beforeAll, expect, test } from 'vitest';
import { MicroovnNodes } from './microovn-nodes.ts';
import { until } from './until.ts';

let nodes: MicroovnNodes;
beforeAll(async () => (nodes = await MicroovnNodes.open('10.234', 4)));
afterAll(() => nodes.close());

const settled = 'node-1 voter ONLINE, node-2 voter ONLINE, node-3 voter ONLINE';

test('a node that is no member says so', async () => {
  expect(await nodes.fails(1, 'microovn', 'cluster', 'list')).toBe('Error: Database is not yet initialized');
  expect(await nodes.fails(1, 'microovn', 'cluster', 'add', 'node-2')).toContain('Database is not yet initialized');
});

test('bootstrap makes a voter with three services', async () => {
  expect(await nodes.ok(1, 'microovn', 'cluster', 'bootstrap')).toBe('');
  await nodes.lists(1, 'node-1 voter ONLINE');
  expect(await nodes.ok(1, 'microovn', 'status')).toMatch(
    /- node-1 \(10\.234\.1\.11\)\n {2}Services: central, chassis, switch\n/,
  );
  expect(await nodes.fails(1, 'microovn', 'cluster', 'bootstrap')).toBe(
    'Error: Unable to initialize cluster: Database is online',
  );
});

test('a token lets one node in, once, under its name', async () => {
  const token = await nodes.ok(1, 'microovn', 'cluster', 'add', 'node-2');
  expect(await nodes.fails(1, 'microovn', 'cluster', 'add', 'node-2')).toContain(
    'UNIQUE constraint failed: core_token_records.name',
  );
  const attempts = 'Error: 1 join attempts were unsuccessful. Last error:';
  expect(await nodes.fails(3, 'microovn', 'cluster', 'join', token)).toBe(
    `${attempts} Joining server certificate SAN does not contain join token name`,
  );
  await nodes.ok(2, 'microovn', 'cluster', 'join', token);
  await nodes.lists(2, 'node-1 voter ONLINE, node-2 spare ONLINE');
  expect(await nodes.fails(3, 'microovn', 'cluster', 'join', token)).toMatch(/CoreTokenRecord not found$/);
  const short = await nodes.ok(1, 'microovn', 'cluster', 'add', 'node-3', '--timeout', '0.01');
  expect(await nodes.fails(3, 'microovn', 'cluster', 'join', short)).toMatch(/Token expired|CoreTokenRecord not found/);
  const foreign = Buffer.from(token, 'base64')
    .toString()
    .replace(/"fingerprint":"../, '"fingerprint":"00');
  const forged = Buffer.from(foreign).toString('base64');
  expect(await nodes.fails(3, 'microovn', 'cluster', 'join', forged)).toContain('does not show the certificate');
});

test('the third member brings three voters, and three chassis and OVN servers, whichever node is asked', async () => {
  await nodes.join(3, 2);
  for (const k of [1, 2, 3]) {
    await nodes.lists(k, settled);
    await nodes.settles(() => nodes.chassis(k), 'node-1 node-2 node-3');
    for (const database of ['cluster', 'nb', 'sb'] as const)
      await nodes.settles(() => nodes.servers(k, database), '11 12 13');
  }
  const env = await nodes.ok(3, 'cat', '/var/snap/microovn/common/data/env/ovn.env');
  expect(env).toContain('OVN_SB_CONNECT="ssl:10.234.1.11:6642,ssl:10.234.1.12:6642,ssl:10.234.1.13:6642"');
  expect(await nodes.ok(1, 'ping', '-c', '3', '-W', '1', '10.234.2.13')).toMatch(/[123] received/);
});

test('the fourth member stands by with a copy and without central', async () => {
  await nodes.join(4, 3);
  await nodes.lists(4, `${settled}, node-4 stand-by ONLINE`);
  expect(await nodes.ok(4, 'microovn', 'status')).toContain('- node-4 (10.234.1.14)\n  Services: chassis, switch\n');
  const dump = [
    'ovsdb-client',
    'dump',
    'unix:/var/snap/microovn/common/run/cluster/db.sock',
    'MicroOVN',
    'Member',
    'name',
  ];
  await nodes.settles(
    async () => ((await nodes.ok(4, ...dump)).match(/node-\d/g) ?? []).sort().join(' '),
    'node-1 node-2 node-3 node-4',
  );
});

/** A file below the common directory, as node `k` has it. */
const fileOf = (k: number, name: string) => nodes.ok(k, 'cat', `/var/snap/microovn/common/data/${name}`);
const everybody = [1, 2, 3, 4];

test('a new authority reaches every member, and everything goes on with it', async () => {
  const said = await nodes.ok(4, 'microovn', 'certificates', 'regenerate-ca');
  const hosts = everybody.map((k) => {
    const names = k === 4 ? [] : ['ovnnb', 'ovnsb', 'ovn-northd'];
    return [`[Host node-${k}]`, ...[...names, 'ovn-controller', 'client'].map((name) => `${name}: Success`)].join('\n');
  });
  const title = 'New CA certificate: Issued\n\nService certificate re-issued for following services:\n';
  expect(said).toBe(title + hosts.join('\n\n'));
  const authorities = await Promise.all(everybody.map((k) => fileOf(k, 'pki/cacert.pem')));
  expect(new Set(authorities).size).toBe(1);
  const pki = '/var/snap/microovn/common/data/pki';
  for (const k of everybody) {
    const check = `for c in ${pki}/*-cert.pem; do openssl verify -CAfile ${pki}/cacert.pem "$c" || exit 1; done`;
    await nodes.ok(k, 'sh', '-c', check);
  }
  // Each chassis answers over a connection by its new certificate.
  await nodes.ok(4, 'ovn-nbctl', '--timeout=30', '--wait=hv', 'sync');
});

test('a service moves from one member to another, told from a third', async () => {
  const move = (verb: string, k: number) => nodes.ok(2, 'microovn', verb, 'central', '--node', `node-${k}`);
  expect(await move('disable', 3)).toBe('Service central disabled');
  expect(await nodes.ok(4, 'microovn', 'status')).toContain('- node-3 (10.234.1.13)\n  Services: chassis, switch\n');
  await nodes.settles(() => nodes.servers(1, 'nb'), '11 12');
  expect(await move('enable', 4)).toBe('Service central enabled');
  for (const k of everybody)
    await nodes.settles(
      async () => /OVN_SB_CONNECT="(.*)"/.exec(await fileOf(k, 'env/ovn.env'))?.[1] ?? '',
      central(1, 2, 4),
    );
  await nodes.settles(() => nodes.servers(4, 'sb'), '11 12 14');
  await nodes.ok(3, 'ovn-nbctl', '--timeout=30', '--wait=hv', 'sync');
  await move('disable', 4);
  await move('enable', 3);
  await nodes.settles(() => nodes.servers(3, 'nb'), '11 12 13');
  await nodes.settles(() => nodes.chassis(4), 'node-1 node-2 node-3 node-4');
});

test('an option set on one member holds on all', async () => {
  const remote = (k: number) => nodes.ok(k, 'ovs-vsctl', 'get', 'Open_vSwitch', '.', 'external_ids:ovn-remote');
  await nodes.ok(4, 'microovn', 'config', 'set', 'ovn.central-ips', '10.234.1.11,10.234.1.12');
  expect(await nodes.ok(1, 'microovn', 'config', 'get', 'ovn.central-ips')).toBe('10.234.1.11,10.234.1.12');
  for (const k of everybody) await nodes.settles(() => remote(k), `"${central(1, 2)}"`);
  await nodes.ok(1, 'microovn', 'config', 'delete', 'ovn.central-ips');
  for (const k of everybody) await nodes.settles(() => remote(k), `"${central(1, 2, 3)}"`);
});

/** What clients of the Southbound database are told where `central` runs on these nodes. */
const central = (...ks: readonly number[]) => ks.map((k) => `ssl:10.234.1.1${k}:6642`).join(',');

test('removing a voter promotes the stand-by; the removed node can join again and keeps a backup', async () => {
  expect(await nodes.ok(3, 'microovn', 'cluster', 'remove', 'node-2')).toBe('');
  await nodes.lists(1, 'node-1 voter ONLINE, node-3 voter ONLINE, node-4 voter ONLINE');
  await nodes.settles(() => nodes.servers(4, 'cluster'), '11 13 14');
  for (const database of ['nb', 'sb'] as const) expect(await nodes.servers(1, database)).toBe('11 13');
  await nodes.settles(() => nodes.chassis(1), 'node-1 node-3 node-4');
  await nodes.ok(2, 'microovn', 'waitready', '-t', '20');
  expect(await nodes.ok(2, 'sh', '-c', 'ls -d /var/snap/microovn/common/backup_*')).toMatch(/backup_\d+$/);
  expect(await nodes.fails(1, 'microovn', 'cluster', 'remove', 'node-2')).toBe(
    'Error: No remote exists with the given name "node-2"',
  );
  await nodes.join(2, 4);
  await nodes.lists(2, 'node-1 voter ONLINE, node-2 stand-by ONLINE, node-3 voter ONLINE, node-4 voter ONLINE');
  await nodes.settles(() => nodes.servers(2, 'nb'), '11 12 13');
});

test('a member removes itself; of the two left one votes', async () => {
  await nodes.ok(4, 'microovn', 'cluster', 'remove', 'node-4');
  await nodes.lists(2, settled);
  await nodes.ok(1, 'microovn', 'cluster', 'remove', 'node-1');
  const [voter] = await ofTwo([2, 3]);
  await nodes.settles(() => nodes.servers(voter, 'cluster'), `1${voter}`);
});

test('the only voter of two hands its vote over when the other removes it, and so does the next', async () => {
  const [voter, spare] = await ofTwo([2, 3]);
  await nodes.ok(spare, 'microovn', 'cluster', 'remove', `node-${voter}`);
  await nodes.lists(spare, `node-${spare} voter ONLINE`);
  await nodes.ok(voter, 'microovn', 'waitready', '-t', '20');
  await nodes.join(voter, spare);
  await ofTwo([2, 3]);
  await nodes.ok(spare, 'microovn', 'cluster', 'remove', `node-${spare}`);
  await nodes.lists(voter, `node-${voter} voter ONLINE`);
  await nodes.ok(spare, 'microovn', 'waitready', '-t', '20');
  await nodes.join(spare, voter);
});

test('the only voter of two stays while nobody is there to take its vote; then the other goes, and the last cannot', async () => {
  const [voter, spare] = await ofTwo([2, 3]);
  await nodes.engine.pause(nodes.id(spare));
  expect(await nodes.fails(voter, 'microovn', 'cluster', 'remove', `node-${voter}`)).toBe(
    'Error: Found no voters to transfer leadership to',
  );
  await nodes.engine.unpause(nodes.id(spare));
  expect(await ofTwo([2, 3])).toEqual([voter, spare]);
  await nodes.ok(voter, 'microovn', 'cluster', 'remove', `node-${spare}`);
  await nodes.lists(voter, `node-${voter} voter ONLINE`);
  expect(await nodes.fails(voter, 'microovn', 'cluster', 'remove', `node-${voter}`)).toBe(
    'Error: Cannot leave a cluster with 1 members',
  );
});

/** Waits until one of two members votes and the other is its spare; whichever leads keeps the vote. Returns the voter first. */
async function ofTwo(pair: readonly [number, number]): Promise<readonly [voter: number, spare: number]> {
  const [low, high] = pair;
  const row = (k: number, role: string) => `node-${k} ${role} ONLINE`;
  const orders = new Map([
    [`${row(low, 'voter')}, ${row(high, 'spare')}`, [low, high] as const],
    [`${row(low, 'spare')}, ${row(high, 'voter')}`, [high, low] as const],
  ]);
  let seen = '';
  return until(
    async () => orders.get((seen = await nodes.members(low))) ?? null,
    () => seen,
    30_000,
  );
}
