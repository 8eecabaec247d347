import { afterEach, expect, test } from 'vitest';
import type { ApiHandlers, Certificates, ServiceCertificate } from '../../api.ts';
import { DaemonError } from '../command-error.ts';
import { startFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runProgram } from '../testing/run-program.ts';

const file = (path: string) => ({ path: `/pki/${path}`, present: true });
const service = (name: string, expires: number): ServiceCertificate => ({
  cert: file(`${name}-cert.pem`),
  key: file(`${name}-privkey.pem`),
  expires,
});
const later = Date.UTC(2028, 0, 1);
const certificates: Certificates = {
  ca: { cert: file('cacert.pem'), autoRenew: true, expires: later },
  services: {
    ovnnb: service('ovnnb', later),
    ovnsb: null,
    'ovn-northd': service('ovn-northd', Date.UTC(2026, 0, 1)),
    'ovn-controller': service('ovn-controller', later),
    client: service('client', Date.UTC(2026, 0, 1)),
  },
};

const healthy: Partial<ApiHandlers> = {
  'GET /1.0/services': async () => [
    { name: 'node-2', address: '[fd00::12]:6686', services: [] },
    { name: 'node-1', address: '172.30.0.11:6686', services: ['switch', 'central', 'chassis'] },
  ],
  'GET /1.0/ovsdb/schema/:database/active': async ({ params }) => ({
    version: params.database === 'nb' ? '7.3.0' : '20.33.0',
  }),
  'GET /1.0/ovsdb/schema/:database/expected/all': async ({ params }) =>
    ['node-1', 'node-2'].map((member) => ({
      member,
      version: params.database === 'nb' ? '7.3.0' : '20.33.0',
      problem: null,
    })),
  'GET /1.0/certificates': async () => ({
    ...certificates,
    services: { ...certificates.services, client: null, 'ovn-northd': null },
  }),
};

let daemon: FakeDaemon;
const status = async (handlers: Partial<ApiHandlers>) => {
  daemon = await startFakeDaemon(handlers);
  return runProgram(['status', 'ignored'], { stateDir: daemon.stateDir });
};
afterEach(() => daemon.close());

const MEMBERS = `MicroOVN deployment summary:
- node-1 (172.30.0.11)
  Services: central, chassis, switch
- node-2 (fd00::12)
  Services: ${''}
OVN Database summary:
`;

test('a healthy deployment', async () => {
  expect(await status(healthy)).toEqual({
    code: 0,
    stderr: '',
    stdout: `${MEMBERS}OVN Northbound: OK (7.3.0)\nOVN Southbound: OK (20.33.0)\n`,
  });
});

test('versions that differ ask for attention, and expired certificates are named', async () => {
  const { code, stdout } = await status({
    ...healthy,
    'GET /1.0/ovsdb/schema/:database/active': async ({ params }) => {
      if (params.database === 'sb') throw new DaemonError(500, 'failed to get OVN Southbound active schema version');
      return { version: '7.0.0' };
    },
    'GET /1.0/ovsdb/schema/:database/expected/all': async ({ params }) =>
      params.database === 'sb'
        ? []
        : [
            { member: 'node-1', version: '7.3.0', problem: null },
            { member: 'node-2', version: null, problem: 'unreachable' },
            { member: 'node-3', version: null, problem: 'missing-api' },
          ],
    'GET /1.0/certificates': async () => certificates,
  });
  expect(code).toBe(0);
  expect(stdout).toBe(`${MEMBERS}OVN Northbound: Upgrade or attention required!
Currently active schema: 7.0.0
Cluster report (expected schema versions):
\tnode-1: 7.3.0
\tnode-2: Error. Failed to contact member
\tnode-3: Missing API. MicroOVN needs upgrade

Error creating OVN Southbound Database summary: failed to get OVN Southbound active schema version
OVN Southbound: Upgrade or attention required!
Currently active schema: ${''}
Cluster report (expected schema versions):

OVN Northd Service certificate has expired
Client certificate has expired
`);
});

test('before bootstrap it fails', async () => {
  const uninitialised: Partial<ApiHandlers> = {
    'GET /1.0/services': async () => {
      throw new DaemonError(503, 'Database is not yet initialized');
    },
  };
  expect(await status(uninitialised)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Error: failed listing services: Database is not yet initialized\n',
  });
});

test('certificates that cannot be read do not spoil the summary', async () => {
  const { code, stdout } = await status({
    ...healthy,
    'GET /1.0/certificates': async () => {
      throw new DaemonError(500, 'open /pki/cacert.pem: no such file or directory');
    },
  });
  expect([code, stdout.split('\n').at(-2)]).toEqual([
    0,
    'Error checking certificates: open /pki/cacert.pem: no such file or directory',
  ]);
});
