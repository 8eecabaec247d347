import { afterEach, expect, test } from 'vitest';
import type { DatabaseState } from '../../api.ts';
import { startFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runProgram } from '../testing/run-program.ts';

const daemons: FakeDaemon[] = [];
const init = async (stdin: string[], database: DatabaseState = 'uninitialised') => {
  const daemon = await startFakeDaemon({
    'GET /core/1.0/ready': async () => ({ database, name: null, address: null }),
    'POST /core/control': async () => null,
    'POST /core/1.0/tokens': async ({ body }) => ({ token: `TOKEN-${body.name}-${String(body.expireAfterSeconds)}` }),
  });
  daemons.push(daemon);
  const ran = await runProgram(['init'], { stateDir: daemon.stateDir, stdin });
  const control = daemon.requests.find((request) => request.startsWith('POST /core/control '));
  return { ...ran, control: control === undefined ? null : (JSON.parse(control.slice(19)) as unknown) };
};
afterEach(async () => {
  await Promise.all(daemons.splice(0).map((daemon) => daemon.close()));
});

const LISTEN = 'Please choose the address MicroOVN will be listening on [default=172.30.0.11]: ';
const CREATE = 'Would you like to create a new MicroOVN cluster? (yes/no) [default=no]: ';
const SERVICES =
  'Please select comma-separated list services you would like to enable on this node (central/chassis/switch) or let MicroOVN automatically decide (auto) [default=auto]: ';
const NAME = 'Please choose a name for this system [default=node-1]: ';
const ENCAP = 'Would you like to define a custom encapsulation IP address for this member? (yes/no) [default=no]: ';
const ENCAP_IP = 'Please enter the custom encapsulation IP address for this member: ';
const CA =
  'Would you like to provide your own CA certificate and private key for issuing OVN TLS certificates? (yes/no) [default=no]: ';
const MORE = 'Would you like to add additional servers to the cluster? (yes/no) [default=no]: ';
const SERVER = "What's the name of the new MicroOVN server? (empty to exit): ";

test('creating with every default', async () => {
  expect(await init(['', 'yes', '', '', '', '', ''])).toEqual({
    code: 0,
    stdout: LISTEN + CREATE + SERVICES + NAME + ENCAP + CA + MORE,
    stderr: '',
    control: { action: 'bootstrap', name: 'node-1', address: '172.30.0.11:6686' },
  });
});

test('creating with every answer given, then adding servers', async () => {
  const ran = await init([
    'fd00::1',
    'Y',
    'central,switch',
    'n1.example',
    'yes',
    '10.9.9.1',
    'n',
    'yes',
    'node-2',
    'node-3',
    '',
  ]);
  expect(ran).toEqual({
    code: 0,
    stdout: `${LISTEN + CREATE + SERVICES + NAME + ENCAP + ENCAP_IP + CA + MORE + SERVER}TOKEN-node-2-10800\n${SERVER}TOKEN-node-3-10800\n${SERVER}`,
    stderr: '',
    control: {
      action: 'bootstrap',
      name: 'n1.example',
      address: '[fd00::1]:6686',
      services: ['central', 'switch'],
      encapsulationAddress: '10.9.9.1',
    },
  });
});

test('joining asks for the token and ends there', async () => {
  expect(await init(['', 'no', 'chassis', 'TOKEN==', ''])).toEqual({
    code: 0,
    stdout: `${LISTEN + CREATE + SERVICES}Please enter your join token: ${ENCAP}`,
    stderr: '',
    control: { action: 'join', name: 'node-1', address: '172.30.0.11:6686', token: 'TOKEN==', services: ['chassis'] },
  });
});

test('wrong answers are asked for again', async () => {
  const ran = await init(['nonsense', '', 'perhaps', 'YES', '', 'a_b', '', 'no', '', '']);
  expect(ran.stdout).toBe(LISTEN + LISTEN + CREATE + CREATE + SERVICES + NAME + NAME + ENCAP + CA + MORE);
  expect(ran.stderr).toBe(
    'Invalid input: "nonsense" is not an IP address\n\n' +
      'Invalid input, try again.\n\n' +
      'Invalid input: Name can only contain alphanumeric and hyphen characters\n\n',
  );
  expect(ran.code).toBe(0);
});

test('an empty token is no token', async () => {
  expect((await init(['', '', '', '', 'T', ''])).stderr).toBe('Invalid input, try again.\n\n');
});

test('a wrong choice of services ends it before anything happens', async () => {
  const ends = async (services: string) => {
    const { code, stderr, control } = await init(['', 'yes', services, '', '', '', '']);
    return [code, stderr, control];
  };
  expect(await ends('foo')).toEqual([1, 'Error: invalid service selected: foo\n', null]);
  expect(await ends('central, switch')).toEqual([1, 'Error: invalid service selected:  switch\n', null]);
  expect(await ends('auto,switch')).toEqual([1, 'Error: cannot select multiple services when using auto\n', null]);
});

test('the end of the input ends it', async () => {
  expect(await init(['', 'yes'])).toMatchObject({ code: 1, stderr: 'Error: EOF\n', control: null });
});

test('files of a CA that cannot be read end it', async () => {
  expect(await init(['', 'yes', '', '', '', 'yes', '/no/ca.crt', '/no/ca.key'])).toMatchObject({
    code: 1,
    stderr: 'Error: failed to read certificate file: open /no/ca.crt: no such file or directory\n',
    control: null,
  });
});

test('an initialised node may only add servers', async () => {
  expect(await init(['yes', 'node-2', ''], 'online')).toEqual({
    code: 0,
    stdout: `MicroOVN has already been initialized.\n\n${MORE}${SERVER}TOKEN-node-2-10800\n${SERVER}`,
    stderr: '',
    control: null,
  });
});
