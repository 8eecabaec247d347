import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MicroovnNodes } from './microovn-nodes.ts';

/** The command `microovn` against the real daemon: texts and exit codes of the contract, in the order a person meets them. */
let nodes: MicroovnNodes;
beforeAll(async () => (nodes = await MicroovnNodes.open('10.222', 2)));
afterAll(() => nodes.close());

const said = async (k: number, ...words: string[]) => {
  const { exitCode, stdout, stderr } = await nodes.run(k, 'microovn', ...words);
  return [exitCode, stdout, stderr];
};
const state = '/var/snap/microovn/common/state';
const pki = '/var/snap/microovn/common/data/pki';

test('before bootstrap every command that needs the database says so in its own way', async () => {
  const none = 'Database is not yet initialized';
  const cases: readonly [string, string][] = [
    ['cluster list', none],
    ['cluster add node-2', `unable to add server to microcluster, name "node-2" is taken:\n${none}`],
    ['cluster remove node-2', none],
    ['status', `failed listing services: ${none}`],
    ['enable switch', `failed to enable service 'switch': '${none}'`],
    ['disable switch', `failed to disable service 'switch': '${none}'`],
    ['config get ovn.central-ips', `failed to get config option 'ovn.central-ips': ${none}`],
    ['certificates list', none],
    ['certificates reissue all', `command failed: ${none}`],
    ['certificates regenerate-ca', none],
  ];
  for (const [words, message] of cases) {
    expect([words, await said(1, ...words.split(' '))]).toEqual([words, [1, '', `Error: ${message}\n`]]);
  }
});

test('what needs no database works', async () => {
  expect(await said(1, 'waitready')).toEqual([0, '', '']);
  expect(await nodes.ok(1, 'microovn', '--version')).toMatch(/^microovn: \S+\novn: \d\S+\nopenvswitch: \d\S+$/);
  expect(await said(1, 'config', 'list')).toEqual([0, 'Available options:\novn.central-ips\n', '']);
  expect(await said(1, 'statsu')).toEqual([
    1,
    '',
    `Error: unknown command "statsu" for "microovn"\n\nDid you mean this?\n\tstatus\n\nRun 'microovn --help' for usage.\n`,
  ]);
  expect(await nodes.fails(1, 'microovn', '--state-dir', '/x', 'cluster', 'list')).toBe(
    'Error: Get "http://control.socket/core/1.0/cluster": dial unix /x/control.socket: connect: no such file or directory',
  );
});

test('a broken token is named before anything changes', async () => {
  expect(await nodes.fails(1, 'microovn', 'cluster', 'join', '!!')).toBe('Error: illegal base64 data at input byte 0');
  expect(await nodes.fails(1, 'microovn', 'cluster', 'join', 'aGVsbG8=')).toBe(
    "Error: invalid character 'h' looking for beginning of value",
  );
});

test('bootstrap is silent, and the member shows in every format', async () => {
  expect(await said(1, 'cluster', 'bootstrap')).toEqual([0, '', '']);
  const pem = await nodes.ok(1, 'openssl', 'x509', '-in', `${state}/server.crt`, '-outform', 'PEM');
  const der = Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64');
  const print = createHash('sha256').update(der).digest('hex');
  const line = `+--------+------------------+-------+${'-'.repeat(66)}+--------+`;
  await nodes.lists(1, 'node-1 voter ONLINE');
  expect(await nodes.ok(1, 'microovn', 'cluster', 'list')).toBe(
    [
      line,
      `|  NAME  |     ADDRESS      | ROLE  |${' '.repeat(27)}FINGERPRINT${' '.repeat(28)}| STATUS |`,
      line,
      `| node-1 | 10.222.1.11:6686 | voter | ${print} | ONLINE |`,
      line,
    ].join('\n'),
  );
  const [member] = JSON.parse(await nodes.ok(1, 'microovn', 'cluster', 'list', '-f', 'json')) as [object];
  expect(member).toMatchObject({ name: 'node-1', certificate: `${pem}\n`, role: 'voter', secret: '' });
  expect(await nodes.ok(1, 'microovn', 'cluster', 'list', '--format=yaml')).toMatch(
    /^- clustermemberlocal:\n {4}name: node-1\n {4}address: 10\.222\.1\.11:6686\n {4}certificate: \|\n/,
  );
});

test('services are refused with MicroOVN’s reasons', async () => {
  expect(await nodes.fails(1, 'microovn', 'enable', 'switch')).toBe(
    "Error: failed to enable service 'switch': 'this service is already enabled'",
  );
  expect(await nodes.fails(1, 'microovn', 'disable', 'central')).toBe(
    "Error: failed to disable service 'central': 'cannot disable last central node without explicit confirmation'",
  );
  expect(await nodes.fails(1, 'microovn', 'enable', 'switch', '--node', 'zzz')).toBe(
    `Error: failed to enable service 'switch': 'Failed to get cluster member for request target name "zzz": CoreClusterMember not found'`,
  );
  expect(await nodes.fails(1, 'microovn', 'enable', 'bgp')).toContain("failed to enable service 'bgp': 'BGP is not");
  expect(await nodes.fails(1, 'microovn', 'cluster', 'remove', 'node-1')).toBe(
    'Error: Cannot leave a cluster with 1 members',
  );
  expect(await nodes.fails(1, 'microovn', 'cluster', 'remove', 'x')).toBe(
    'Error: No remote exists with the given name "x"',
  );
});

test('a service goes and comes, with a warning of too few centrals', async () => {
  const warning = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[central\] Warning: OVN Cluster has critically few members\n$/;
  const [code, stdout, stderr] = await said(1, 'disable', 'chassis');
  expect([code, stdout]).toEqual([0, 'Service chassis disabled\n']);
  expect(stderr).toMatch(warning);
  expect(await nodes.ok(1, 'microovn', 'status')).toContain('  Services: central, switch\n');
  expect((await said(1, 'enable', 'chassis')).slice(0, 2)).toEqual([0, 'Service chassis enabled\n']);
});

test('an option is set, shown and unset', async () => {
  const key = 'ovn.central-ips';
  expect(await nodes.fails(1, 'microovn', 'config', 'set', key, '127.0.0')).toBe(
    `Error: failed to set config option '${key}': configuration for key '${key}' not valid: cannot parse IP address '127.0.0'`,
  );
  await nodes.ok(1, 'microovn', 'config', 'set', key, '10.222.1.11');
  expect(await said(1, 'config', 'get', key)).toEqual([0, '10.222.1.11\n', '']);
  expect(await said(1, 'config', 'delete', key)).toEqual([0, `Successfully deleted config option '${key}'\n`, '']);
  expect(await said(1, 'config', 'get', key)).toEqual([0, '', '']);
});

test('certificates are listed, issued anew, and follow a CA of the user’s own', async () => {
  expect(await nodes.ok(1, 'microovn', 'certificates', 'list')).toMatch(
    /^\[OVN CA\]\n\S+cacert\.pem \(OK: Present\)\nexpiration date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC\nAuto-renew: true\n\n\[OVN North/,
  );
  const names = ['ovnnb', 'ovnsb', 'ovn-northd', 'ovn-controller', 'client'];
  expect(await nodes.ok(1, 'microovn', 'certificates', 'reissue', 'all')).toBe(
    ['Local certificates reissued successfully:', ...names].join('\n'),
  );
  await nodes.ok(
    1,
    ...'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -subj /CN=own -days 30'.split(' '),
    ...'-addext keyUsage=critical,keyCertSign,cRLSign -keyout /tmp/own.key -out /tmp/own.crt'.split(' '),
  );
  const set = ['sh', '-c', 'cat /tmp/own.key /tmp/own.crt | microovn certificates set-ca --combined'];
  expect(await nodes.ok(1, ...set)).toBe(
    `New CA certificate: Issued\n\nService certificate re-issued for following services:\n[Host node-1]\n` +
      names.map((name) => `${name}: Success`).join('\n'),
  );
  expect(await nodes.ok(1, 'openssl', 'verify', '-CAfile', '/tmp/own.crt', `${pki}/client-cert.pem`)).toContain(': OK');
  expect(await nodes.ok(1, ...set)).toBe('New CA certificate: Not Issued');
  expect(await nodes.ok(1, 'microovn', 'certificates', 'list')).toContain('Auto-renew: false\n');
});

test('init lets a member in with the services chosen', async () => {
  const token = await nodes.ok(1, 'microovn', 'cluster', 'add', 'node-2');
  const answers = 'printf "%s\\n" "" no chassis,switch "$1" no | microovn init';
  expect(await nodes.ok(2, 'sh', '-c', answers, 'sh', token)).toMatch(
    /^Please choose the address MicroOVN will be listening on \[default=10\.222\.1\.12\]: Would you like to create .*Please enter your join token: Would/,
  );
  expect(await nodes.ok(2, 'microovn', 'status')).toMatch(
    /^MicroOVN deployment summary:\n- node-1 \(10\.222\.1\.11\)\n {2}Services: central, chassis, switch\n- node-2 \(10\.222\.1\.12\)\n {2}Services: chassis, switch\nOVN Database summary:\nOVN Northbound: OK \([\d.]+\)\nOVN Southbound: OK \([\d.]+\)$/,
  );
  expect(await nodes.fails(2, 'microovn', 'init')).toBe('Error: EOF');
  expect(await nodes.fails(2, 'microovn', 'certificates', 'reissue', 'ovnnb')).toBe(
    "Error: command failed: failed to reissue certificate: can't issue certificate for service 'ovnnb', service is not enabled on this member, enabled services: ovn-controller, client",
  );
});

test('OVN’s tools work on a member without databases, by either name and through their daemon', async () => {
  await nodes.ok(2, 'microovn.ovn-nbctl', 'ls-add', 'blue');
  expect(await nodes.ok(1, 'ovn-nbctl', 'ls-list')).toContain('(blue)');
  const daemon =
    'export OVN_NB_DAEMON=$(ovn-nbctl --pidfile --detach) && ovn-nbctl ls-list; ovn-appctl -t "$OVN_NB_DAEMON" exit';
  expect(await nodes.ok(2, 'timeout', '20', 'bash', '-c', daemon)).toContain('(blue)');
  await nodes.settles(() => nodes.chassis(2), 'node-1 node-2');
  expect(await nodes.ok(2, 'microovn.ovs-vsctl', 'br-exists', 'br-int')).toBe('');
  expect(await nodes.ok(1, 'ovn-appctl', '-t', 'ovn-northd', 'status')).toContain('active');
  expect(await nodes.ok(2, 'ovs-appctl', 'version')).toContain('ovs-vswitchd');
  expect(await nodes.ok(2, 'microovn.refresh-expiring-certs')).toBe('');
  expect(await nodes.ok(2, 'microovn.refresh-expiring-certs', '-t', '900')).toContain('ovn-controller');
});

test('the shims of snap and systemd show and move the services', async () => {
  expect(await nodes.ok(2, 'snap', 'services', 'microovn')).toMatch(
    /^Service +Startup +Current +Notes\nmicroovn\.chassis +enabled +active +-\nmicroovn\.daemon +enabled +active +-\nmicroovn\.ovn-northd +disabled +inactive +-\n/,
  );
  const active = async () => {
    const { exitCode, stdout } = await nodes.run(2, 'systemctl', 'is-active', 'snap.microovn.chassis');
    return `${stdout.trim()} ${exitCode}`;
  };
  expect(await active()).toBe('active 0');
  await nodes.ok(2, 'snap', 'stop', 'microovn.chassis');
  expect(await active()).toBe('inactive 3');
  await nodes.ok(2, 'snap', 'restart', 'microovn.chassis');
  expect(await active()).toBe('active 0');
  expect(await nodes.ok(2, 'journalctl', '-u', 'snap.microovn.chassis', '-n', '1')).toMatch(/^\d{4}-\d\d-\d\dT\S+\|/);
  expect(await nodes.fails(2, 'snap', 'install', 'x')).toContain('this is a shim');
});

test('a log that grew too long is cut under its writer', async () => {
  const logs = '/var/snap/microovn/common/logs';
  const sizes = async () =>
    (await nodes.ok(2, 'sh', '-c', `stat -c %s ${logs}/chassis.log.1 ${logs}/chassis.log`)).split('\n').map(Number);
  const head = () => nodes.ok(2, 'head', '-c', '9', `${logs}/chassis.log`);
  await nodes.ok(2, 'sh', '-c', `yes 'a line' | head -c 3000000 >>${logs}/chassis.log`);
  await nodes.ok(2, 'snap', 'restart', 'microovn.daemon');
  await nodes.settles(async () => (((await sizes())[0] ?? 0) > 3_000_000 ? 'cut' : 'not yet'), 'cut');
  await nodes.ok(2, 'ovn-appctl', 'vlog/set', 'dbg');
  await nodes.settles(async () => (/^\d{4}-\d\d-\d/.test(await head()) ? 'goes on' : 'silent'), 'goes on');
  await nodes.ok(2, 'ovn-appctl', 'vlog/set', 'file:info');
  expect((await sizes())[1]).toBeLessThan(2_000_000);
});

test('a member may remove itself and is then as it was before', async () => {
  expect(await said(2, 'cluster', 'remove', 'node-2')).toEqual([0, '', '']);
  await nodes.ok(2, 'microovn', 'waitready', '-t', '20');
  await nodes.settles(() => nodes.members(2), 'Error: Database is not yet initialized\n');
  await nodes.lists(1, 'node-1 voter ONLINE');
});
