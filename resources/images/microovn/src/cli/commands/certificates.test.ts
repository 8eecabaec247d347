import { afterEach, expect, test } from 'vitest';
import type { ApiHandlers, CaResult } from '../../api.ts';
import { DaemonError } from '../command-error.ts';
import { startFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runProgram } from '../testing/run-program.ts';
import { caText, reissueText } from './certificate-text.ts';

const expires = Date.UTC(2036, 5, 22, 13, 37, 19);
let daemon: FakeDaemon | null = null;
let seen: unknown;
const handlers: Partial<ApiHandlers> = {
  'GET /1.0/certificates': async () => ({
    ca: { cert: { path: '/pki/cacert.pem', present: true }, autoRenew: true, expires },
    services: {
      ovnnb: {
        cert: { path: '/pki/ovnnb-cert.pem', present: false },
        key: { path: '/pki/ovnnb-privkey.pem', present: true },
        expires: null,
      },
      ovnsb: null,
      'ovn-northd': null,
      'ovn-controller': null,
      client: {
        cert: { path: '/pki/client-cert.pem', present: true },
        key: { path: '/pki/client-privkey.pem', present: true },
        expires,
      },
    },
  }),
  'PUT /1.0/certificates/:name': async ({ params }) => {
    if (params.name === 'ovnsb') throw new DaemonError(400, "can't issue certificate for service 'ovnsb', …");
    if (params.name === 'ovn-northd') throw new DaemonError(503, 'Database is not yet initialized');
    return { reissued: ['client'], failed: [] };
  },
  'PUT /1.0/ca': async ({ body }) => {
    seen = body;
    return { issued: false, hosts: [], errors: [] };
  },
};
const run = async (words: string, stdin: string[] = []) => {
  daemon = await startFakeDaemon(handlers);
  return runProgram(words.split(' '), { stateDir: daemon.stateDir, stdin });
};
afterEach(async () => {
  await daemon?.close();
  daemon = null;
});

test('list has six sections', async () => {
  expect((await run('certificates list')).stdout).toBe(`[OVN CA]
/pki/cacert.pem (OK: Present)
expiration date: 2036-06-22 13:37:19 +0000 UTC
Auto-renew: true

[OVN Northbound Database]
/pki/ovnnb-cert.pem (Error: Missing file)
expiration date: 0001-01-01 00:00:00 +0000 UTC
/pki/ovnnb-privkey.pem (OK: Present)

[OVN Southbound Database]
Not present.

[OVN Northd Service]
Not present.

[OVN Chassis Service]
Not present.

[Client]
/pki/client-cert.pem (OK: Present)
expiration date: 2036-06-22 13:37:19 +0000 UTC
/pki/client-privkey.pem (OK: Present)
`);
});

test('list as json is one object without a newline', async () => {
  expect((await run('certificates list -f json')).stdout).toBe(
    '{"ca":{"cert":"/pki/cacert.pem","auto_renew":true,"expiration_date":"2036-06-22T13:37:19Z"},' +
      '"ovnnb":{"cert":"/pki/ovnnb-cert.pem","key":"/pki/ovnnb-privkey.pem","expiration_date":"0001-01-01T00:00:00Z"},' +
      '"ovnsb":null,"ovn-northd":null,"ovn-controller":null,' +
      '"client":{"cert":"/pki/client-cert.pem","key":"/pki/client-privkey.pem","expiration_date":"2036-06-22T13:37:19Z"}}',
  );
});

test('list refuses another format', async () => {
  expect((await run('certificates list -f xml')).stderr).toBe('Error: unknown output format specified: xml\n');
});

test('reissue lists successes, then failures', async () => {
  expect((await run('certificates reissue client')).stdout).toBe('Local certificates reissued successfully:\nclient\n');
  expect(reissueText({ reissued: [], failed: ['ovnnb', 'ovnsb'] })).toBe(
    'Local certificates reissued successfully:\nNone\n\nLocal certificates reissue failed:\novnnb\novnsb\n',
  );
});

test('reissue says why it could not', async () => {
  expect((await run('certificates reissue ovnsb')).stderr).toBe(
    "Error: command failed: failed to reissue certificate: can't issue certificate for service 'ovnsb', …\n",
  );
  await daemon?.close();
  expect((await run('certificates reissue ovn-northd')).stderr).toBe(
    'Error: command failed: Database is not yet initialized\n',
  );
});

test('a new CA lists what each host did', () => {
  const result: CaResult = {
    issued: true,
    hosts: [
      { host: 'node-10', services: [{ name: 'client', success: false }] },
      {
        host: 'node-2',
        services: [
          { name: 'ovnnb', success: true },
          { name: 'client', success: true },
        ],
      },
    ],
    errors: ['node-3 did not answer'],
  };
  expect(caText(result)).toBe(`New CA certificate: Issued

Service certificate re-issued for following services:
[Host node-2]
ovnnb: Success
client: Success

[Host node-10]
client: Failed!

[Errors]
node-3 did not answer

On members that failed, run "microovn certificates reissue all" once their trouble is over.
`);
});

test('set-ca wants one way of giving the CA', async () => {
  const xor = 'Error: you must use --combined xor (--key and --cert)\n';
  const both = 'Error: you must use either both or none of --key and --cert\n';
  const set = async (rest: string) => (await runProgram(`certificates set-ca${rest}`.split(' '))).stderr;
  expect([await set(''), await set(' --combined --key k'), await set(' --cert c'), await set(' --key k')]).toEqual([
    xor,
    xor,
    both,
    both,
  ]);
  expect(await set(' --cert /no/such.crt --key k')).toBe(
    'Error: failed to read certificate file: open /no/such.crt: no such file or directory\n',
  );
});

test('set-ca takes certificate and key from stdin in any order', async () => {
  const key = ['-----BEGIN EC PRIVATE KEY-----', 'MHcC', '-----END EC PRIVATE KEY-----'];
  const cert = ['-----BEGIN CERTIFICATE-----', 'MIIB', '-----END CERTIFICATE-----'];
  expect(await run('certificates set-ca --combined', ['noise', ...key, ...cert])).toEqual({
    code: 0,
    stdout: 'New CA certificate: Not Issued\n',
    stderr: '',
  });
  expect(seen).toEqual({ certificate: `${cert.join('\n')}\n`, key: `${key.join('\n')}\n` });
  const failed = async (lines: string[]) =>
    (await runProgram(['certificates', 'set-ca', '--combined'], { stdin: lines })).stderr;
  expect([await failed(key), await failed(cert)]).toEqual([
    'Error: failed to parse certificates and keys from stdin: no certificates found\n',
    'Error: failed to parse certificates and keys from stdin: no private key found\n',
  ]);
});
