import { afterAll, beforeAll, expect, test } from 'vitest';
import { MicroovnNodes } from '../engine/microovn-nodes.ts';
import { until } from '../engine/until.ts';

let nodes: MicroovnNodes;
beforeAll(async () => {
  nodes = await MicroovnNodes.open('10.235', 4);
  await nodes.form(3);
});
afterAll(() => nodes.close());

const settled = 'node-1 voter ONLINE, node-2 voter ONLINE, node-3 voter ONLINE';
const each = [1, 2, 3];

async function settles(): Promise<void> {
  for (const k of each) await nodes.lists(k, settled, 60_000);
  for (const database of ['cluster', 'nb', 'sb'] as const)
    await nodes.settles(() => nodes.servers(1, database), '11 12 13');
  await nodes.settles(() => nodes.chassis(2), 'node-1 node-2 node-3', 60_000);
}

/** Kills the daemon of a node, and no other program of Node. */
function daemonKilled(k: number): Promise<string> {
  return nodes.ok(k, 'sh', '-c', 'kill -9 $(cat /etc/service/daemon/supervise/pid)');
}

test('every daemon that is killed comes back', async () => {
  await settles();
  await daemonKilled(2);
  await nodes.ok(2, 'microovn', 'waitready', '-t', '20');
  await nodes.ok(2, 'sh', '-c', 'kill -9 $(pidof ovsdb-server ovn-controller ovs-vswitchd ovn-northd)');
  await nodes.settles(async () => {
    const { stdout } = await nodes.run(
      2,
      'sh',
      '-c',
      'pidof node ovn-controller ovs-vswitchd ovn-northd ovsdb-server | wc -w',
    );
    return stdout.trim();
  }, '8');
  await settles();
  expect(await nodes.ok(2, 'ping', '-c', '4', '-W', '1', '10.235.2.11')).toMatch(/[1234] received/);
});

test('all nodes stopped at once form again', async () => {
  await Promise.all(each.map((k) => nodes.engine.stop(nodes.id(k), 10)));
  await Promise.all(each.map((k) => nodes.engine.start(nodes.id(k))));
  await Promise.all(each.map((k) => nodes.ok(k, 'microovn', 'waitready', '-t', '30')));
  await settles();
});

test('without a majority commands fail with words, and work again with it', async () => {
  await Promise.all([2, 3].map((k) => nodes.engine.kill(nodes.id(k))));
  const words = 'Error: Failed to get cluster members: context deadline exceeded\n';
  await nodes.lists(1, words);
  const began = Date.now();
  expect(await nodes.fails(1, 'microovn', 'cluster', 'add', 'node-9')).toContain('context deadline exceeded');
  expect(Date.now() - began).toBeLessThan(30_000);
  await Promise.all([2, 3].map((k) => nodes.engine.start(nodes.id(k))));
  await settles();
});

test('a daemon killed in the middle of a join leaves a node that can be joined', async () => {
  const token = await nodes.ok(1, 'microovn', 'cluster', 'add', 'node-4');
  // Watched from within: what is told by one command and killed by another may be over in between.
  const log = '/var/snap/microovn/common/logs/daemon.log';
  const watch = `until grep -q 'join: let in' ${log}; do :; done; kill -9 $(cat /etc/service/daemon/supervise/pid)`;
  const killed = nodes.ok(4, 'timeout', '50', 'sh', '-c', watch);
  const join = nodes.run(4, 'microovn', 'cluster', 'join', token);
  await killed;
  expect((await join).exitCode).toBe(1);
  await nodes.ok(4, 'microovn', 'waitready', '-t', '60');
  await nodes.lists(1, settled);
  expect(await nodes.fails(4, 'microovn', 'cluster', 'list')).toBe('Error: Database is not yet initialized');
  await nodes.join(4, 2);
  await nodes.lists(4, `${settled}, node-4 stand-by ONLINE`);
});

test('a voter that stays away is replaced, and comes back without a vote', async () => {
  await nodes.engine.kill(nodes.id(3));
  await nodes.lists(
    1,
    'node-1 voter ONLINE, node-2 voter ONLINE, node-3 spare UNREACHABLE, node-4 voter ONLINE',
    60_000,
  );
  await nodes.settles(() => nodes.servers(4, 'cluster'), '11 12 14');
  await nodes.engine.start(nodes.id(3));
  await nodes.lists(3, 'node-1 voter ONLINE, node-2 voter ONLINE, node-3 stand-by ONLINE, node-4 voter ONLINE', 60_000);
  await nodes.settles(
    () => nodes.ok(3, 'ovsdb-client', 'list-dbs', 'unix:/var/snap/microovn/common/run/cluster/db.sock'),
    'MicroOVN\n_Server',
  );
  expect(await nodes.ok(3, 'cat', '/var/snap/microovn/common/state/database/server.env')).toContain('relay:');
});

test('after a server was removed by hand there are three voters again, the one who lost it or the stand-by', async () => {
  const control = ['ovs-appctl', '-t', '/var/snap/microovn/common/run/cluster/db.ctl'];
  await nodes.ok(1, ...control, 'cluster/kick', 'MicroOVN', 'ssl:10.235.1.14:6645');
  await nodes.settles(() => nodes.servers(1, 'cluster'), '11 12');
  const others = (voter: number, standBy: number) =>
    [3, 4].map((k) => (k === voter ? `node-${k} voter ONLINE` : `node-${standBy} stand-by ONLINE`)).join(', ');
  const settled = (voter: number, standBy: number) =>
    `node-1 voter ONLINE, node-2 voter ONLINE, ${others(voter, standBy)}; 11 12 1${voter}`;
  let seen = '';
  await until(
    async () => {
      seen = `${await nodes.members(4)}; ${await nodes.servers(1, 'cluster')}`;
      return [settled(3, 4), settled(4, 3)].includes(seen) || null;
    },
    () => seen,
    60_000,
  );
});

test('an offline member is removed by force alone', async () => {
  await nodes.engine.kill(nodes.id(4));
  expect(await nodes.fails(1, 'microovn', 'cluster', 'remove', 'node-4')).toMatch(
    /^Error: .*https:\/\/10\.235\.1\.14:6686\/core\/internal\/hooks\//,
  );
  await nodes.ok(2, 'microovn', 'cluster', 'remove', 'node-4', '--force');
  await nodes.lists(1, settled, 60_000);
  await nodes.settles(() => nodes.servers(1, 'cluster'), '11 12 13', 60_000);
});

test('a member that was removed by force says what to do when it comes back, and can join again', async () => {
  await nodes.engine.start(nodes.id(4));
  await nodes.ok(4, 'microovn', 'waitready', '-t', '30');
  const words =
    'node-4 was removed from the cluster by force. To let it join again, reset it first with ' +
    '"microovn cluster remove node-4" on node-4 itself';
  await nodes.lists(4, `Error: ${words}\n`);
  expect(await nodes.fails(4, 'microovn', 'status')).toBe(`Error: failed listing services: ${words}`);
  expect(await nodes.fails(4, 'microovn', 'cluster', 'remove', 'node-1')).toBe(`Error: ${words}`);
  await nodes.ok(4, 'microovn', 'cluster', 'remove', 'node-4');
  await nodes.lists(4, 'Error: Database is not yet initialized\n');
  await nodes.join(4, 2);
  await nodes.lists(4, `${settled}, node-4 stand-by ONLINE`);
});
