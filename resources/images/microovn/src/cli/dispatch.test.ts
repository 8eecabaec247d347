import { expect, test } from 'vitest';
import { runProgram } from './testing/run-program.ts';

const failed = (message: string) => ({ code: 1, stdout: '', stderr: `Error: ${message}\n` });

test('alone it prints its help on stdout', async () => {
  const alone = await runProgram([]);
  expect(alone).toMatchObject({ code: 0, stderr: '' });
  for (const name of ['init', 'status', 'enable', 'disable', 'waitready', 'cluster', 'certificates', 'config', 'help'])
    expect(alone.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(await runProgram(['help'])).toEqual(alone);
  expect(await runProgram(['--', 'status'])).toEqual(alone);
});

test('a mistyped command is unknown, with what is near', async () => {
  expect(await runProgram(['bogus'])).toEqual({
    code: 1,
    stdout: '',
    stderr: `Error: unknown command "bogus" for "microovn"\nRun 'microovn --help' for usage.\n`,
  });
  expect((await runProgram(['c'])).stderr).toBe(
    `Error: unknown command "c" for "microovn"\n\nDid you mean this?\n\tcertificates\n\tcluster\n\tconfig\n\nRun 'microovn --help' for usage.\n`,
  );
  expect((await runProgram(['Statsu'])).stderr).toContain('\n\nDid you mean this?\n\tstatus\n\n');
  expect((await runProgram(['--state-dir', '/x', 'b"s'])).stderr).toContain('unknown command "b\\"s" for');
});

test('groups of commands keep their quirks', async () => {
  const cluster = await runProgram(['cluster']);
  expect(cluster).toMatchObject({ code: 0, stdout: '' });
  expect(cluster.stderr).toMatch(/^Usage:\n {2}microovn cluster \[flags\]\n {2}microovn cluster \[command\]\n/);
  expect(await runProgram(['cluster', 'bogus'])).toEqual(failed('unknown command "bogus" for "microovn cluster"'));
  for (const group of ['certificates', 'config']) {
    const help = await runProgram([group]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain(`Usage:\n  microovn ${group} [command]\n`);
    expect(await runProgram([group, 'bogus'])).toEqual(help);
  }
});

test('wrong words and flags are named as cobra names them', async () => {
  const cases: readonly [string[], string][] = [
    [['cluster', 'bootstrap', 'x'], 'accepts 0 arg(s), received 1'],
    [['cluster', 'add'], 'accepts 1 arg(s), received 0'],
    [['cluster', 'join', 'a', 'b'], 'accepts 1 arg(s), received 2'],
    [['config', 'set', 'ovn.central-ips'], 'accepts 2 arg(s), received 1'],
    [['enable', 'switchh'], 'invalid argument "switchh" for "microovn enable"'],
    [['enable', 'a', 'b'], 'accepts 1 arg(s), received 2'],
    [['certificates', 'reissue', 'ovn'], 'invalid argument "ovn" for "microovn certificates reissue"'],
    [['status', '--nope'], 'unknown flag: --nope'],
    [['cluster', 'list', '-fx', '-x'], "unknown shorthand flag: 'x' in -x"],
    [['cluster', 'list', '-vxf'], "unknown shorthand flag: 'x' in -xf"],
    [['cluster', 'list', '-f'], "flag needs an argument: 'f' in -f"],
    [['certificates', 'set-ca', '--cert'], 'flag needs an argument: --cert'],
    [['cluster', 'list', '--=x'], 'bad flag syntax: --=x'],
    [
      ['cluster', 'add', 'n', '--timeout', '3h'],
      'invalid argument "3h" for "--timeout" flag: strconv.ParseFloat: parsing "3h": invalid syntax',
    ],
    [
      ['waitready', '-t', '1.5'],
      'invalid argument "1.5" for "-t, --timeout" flag: strconv.ParseInt: parsing "1.5": invalid syntax',
    ],
    [
      ['status', '--verbose=maybe'],
      'invalid argument "maybe" for "-v, --verbose" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
  ];
  for (const [words, message] of cases) expect([words, await runProgram(words)]).toEqual([words, failed(message)]);
});

test('help wins over missing words, and knows every command', async () => {
  const help = await runProgram(['cluster', 'add', '--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('  microovn cluster add NAME [flags]\n');
  expect(help.stdout).toContain(
    '--timeout SECONDS   How long the token lives, in SECONDS; 0: for ever (default 10800)',
  );
  expect(await runProgram(['help', 'cluster', 'add'])).toEqual(help);
  expect(await runProgram(['-h', 'cluster', 'add'])).toEqual(help);
  const unknown = await runProgram(['help', 'foo', 'bar']);
  expect(unknown).toMatchObject({ code: 0, stdout: '' });
  expect(unknown.stderr).toMatch(/^Unknown help topic \[`foo` `bar`\]\nUsage:\n/);
});

test('--version speaks for the root command alone', async () => {
  expect(await runProgram(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^microovn: \S+\novn: ovn-common-1\.2\nopenvswitch: openvswitch-common-1\.2\n$/,
    ) as string,
  });
  expect(await runProgram(['config', 'list', '--version'])).toMatchObject({
    stdout: expect.stringMatching(/^Available/) as string,
  });
  expect((await runProgram(['-v'])).stdout).toContain('Usage:');
});

test('sql is left out whatever is asked of it', async () => {
  for (const rest of [[], ['SELECT 1'], ['--help'], ['a', 'b']]) {
    const ran = await runProgram(['cluster', 'sql', ...rest]);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/^Error: cluster sql is left out: /);
  }
});

test('without a daemon each command says which request went nowhere', async () => {
  const nowhere = 'dial unix /nowhere/control.socket: connect: no such file or directory';
  const get = (path: string) => `Get "http://control.socket/${path}": ${nowhere}`;
  expect(await runProgram(['status'])).toEqual(failed(`failed listing services: ${get('1.0/services')}`));
  expect(await runProgram(['cluster', 'list'])).toEqual(failed(get('core/1.0/cluster')));
  expect(await runProgram(['cluster', 'bootstrap'])).toEqual(
    failed(`Post "http://control.socket/core/control": ${nowhere}`),
  );
  expect(await runProgram(['waitready', '--timeout', '1'])).toEqual(
    failed(`MicroCluster still not running after context deadline exceeded: ${get('core/1.0/ready')}`),
  );
  expect((await runProgram(['--state-dir=/else', 'cluster', 'list'])).stderr).toContain(
    'dial unix /else/control.socket:',
  );
});
