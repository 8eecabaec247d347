import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ApiHandlers, ClusterMember } from '../../api.ts';
import { DaemonError } from '../command-error.ts';
import { startFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runProgram } from '../testing/run-program.ts';

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBdjCCAR2gAwIBAgIUb+uJ+TkRv7kDGBAclgL5ZpmCOGwwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9kZS0xMB4XDTI2MTEyMDE0MjczMloXDTM2MTExNzE0Mjcz
MlowETEPMA0GA1UEAwwGbm9kZS0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
kvH2DYGr43UKQtFDwsgo6N0r8NZckGe8aRZ123vix5VVbyh0hDjq6j/wzBoBUxZF
TfgEzke7b/Z72wi3LEnfIqNTMFEwHQYDVR0OBBYEFDsFKr34uJygnkOOlB2stiNO
PW+iMB8GA1UdIwQYMBaAFDsFKr34uJygnkOOlB2stiNOPW+iMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgJQG7g/Yfnnlw4DjDs09QWB8iHYcFMeH+
Way/K8ObDgMCIAtdwO88E5hpcCMTUzuUwpHtLx6u8mE+NM8/AVIdGrol
-----END CERTIFICATE-----
`;
const PRINT = '88c6f2072d382a6d7cd509858cfca4967fe9fb95fcef1ba06f652a8905bb9a46';

const member = (name: string, address: string, role: ClusterMember['role'], heartbeat: number): ClusterMember => ({
  name,
  address,
  role,
  certificate: CERTIFICATE,
  schemaInternalVersion: 1,
  schemaExternalVersion: 2,
  lastHeartbeat: heartbeat,
  status: 'ONLINE',
  extensions: ['internal:runtime_extension_v1', 'custom_encapsulation_ip'],
});
const members = [
  member('n10', '172.30.0.20:6686', 'PENDING', 0),
  member('n2', '172.30.0.12:6686', 'voter', Date.UTC(2026, 10, 20, 12, 0, 0, 500)),
];

let daemon: FakeDaemon;
const against = async (handlers: Partial<ApiHandlers>, ...words: string[]) => {
  daemon = await startFakeDaemon(handlers);
  return runProgram(words, { stateDir: daemon.stateDir });
};
afterEach(() => daemon.close());

const listing: Partial<ApiHandlers> = { 'GET /core/1.0/cluster': async () => members };

test('list draws a table in natural order', async () => {
  expect(await against(listing, 'cluster', 'list', 'ignored')).toEqual({
    code: 0,
    stderr: '',
    stdout: `+------+------------------+---------+------------------------------------------------------------------+--------+
| NAME |     ADDRESS      |  ROLE   |                           FINGERPRINT                            | STATUS |
+------+------------------+---------+------------------------------------------------------------------+--------+
| n2   | 172.30.0.12:6686 | voter   | ${PRINT} | ONLINE |
+------+------------------+---------+------------------------------------------------------------------+--------+
| n10  | 172.30.0.20:6686 | PENDING | ${PRINT} | ONLINE |
+------+------------------+---------+------------------------------------------------------------------+--------+
`,
  });
});

test('list as csv and compact has the same order', async () => {
  expect((await against(listing, 'cluster', 'list', '-f', 'csv')).stdout).toBe(
    `n2,172.30.0.12:6686,voter,${PRINT},ONLINE\nn10,172.30.0.20:6686,PENDING,${PRINT},ONLINE\n`,
  );
  await daemon.close();
  expect((await against(listing, 'cluster', 'list', '--format=compact')).stdout.split('\n').slice(1, 3)).toEqual([
    `  n2    172.30.0.12:6686  voter    ${PRINT}  ONLINE  `,
    `  n10   172.30.0.20:6686  PENDING  ${PRINT}  ONLINE  `,
  ]);
});

test('list as json is one line in the order of the database', async () => {
  const { stdout } = await against(listing, 'cluster', 'list', '-fjson');
  const [line = '', ...rest] = stdout.split('\n');
  expect(rest).toEqual(['']);
  const [first, second] = JSON.parse(line) as [Record<string, unknown>, Record<string, unknown>];
  expect(Object.keys(first)).toEqual([
    'name',
    'address',
    'certificate',
    'role',
    'schema_internal_version',
    'schema_external_version',
    'last_heartbeat',
    'status',
    'extensions',
    'secret',
  ]);
  expect([first['name'], first['last_heartbeat'], first['secret']]).toEqual(['n10', '0001-01-01T00:00:00Z', '']);
  expect([second['name'], second['last_heartbeat']]).toEqual(['n2', '2026-11-20T12:00:00.5Z']);
});

test('list as yaml nests what is local', async () => {
  const { stdout } = await against(listing, 'cluster', 'list', '-f', 'yaml');
  expect(stdout).toMatch(
    /^- clustermemberlocal:\n {4}name: n10\n {4}address: 172\.30\.0\.20:6686\n {4}certificate: \|\n {6}-----BEGIN/,
  );
  expect(parse(stdout)).toMatchObject([
    { clustermemberlocal: { name: 'n10', certificate: CERTIFICATE }, role: 'PENDING', secret: '' },
    { clustermemberlocal: { name: 'n2' }, schema_external_version: 2 },
  ]);
});

test('list refuses a format it does not know, and says when there is no database', async () => {
  const uninitialised: Partial<ApiHandlers> = {
    'GET /core/1.0/cluster': async () => {
      throw new DaemonError(503, 'Database is not yet initialized');
    },
  };
  expect(await against(uninitialised, 'cluster', 'list')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Error: Database is not yet initialized\n',
  });
  await daemon.close();
  expect((await against(listing, 'cluster', 'list', '-f', 'xml')).stderr).toBe('Error: Invalid format "xml"\n');
});

test('add prints the token and nothing else; its failures come with two lines', async () => {
  const issue: Partial<ApiHandlers> = {
    'POST /core/1.0/tokens': async ({ body }) => {
      if (body.name === 'a_b') throw new DaemonError(400, 'Token name "a_b" is not a valid FQDN: why');
      return { token: `token for ${body.name}, ${String(body.expireAfterSeconds)} s` };
    },
  };
  expect(await against(issue, 'cluster', 'add', 'node-2')).toMatchObject({
    code: 0,
    stdout: 'token for node-2, 10800 s\n',
    stderr: '',
  });
  await daemon.close();
  expect((await against(issue, 'cluster', 'add', '--timeout', '0.5', 'node-2')).stdout).toContain('0.5 s');
  await daemon.close();
  expect(await against(issue, 'cluster', 'add', 'a_b')).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'Error: unable to add server to microcluster, name "a_b" is taken:\nToken name "a_b" is not a valid FQDN: why\n',
  });
});

test('bootstrap and join tell the daemon name and address and are silent', async () => {
  const accept: Partial<ApiHandlers> = { 'POST /core/control': async () => null };
  const silent = { code: 0, stdout: '', stderr: '' };
  expect(await against(accept, 'cluster', 'bootstrap')).toEqual(silent);
  expect(daemon.requests).toEqual([
    'POST /core/control {"action":"bootstrap","name":"node-1","address":"172.30.0.11:6686"}',
  ]);
  await daemon.close();
  expect(await against(accept, 'cluster', 'join', 'TOKEN==')).toEqual(silent);
  expect(daemon.requests[0]).toContain(
    '{"action":"join","name":"node-1","address":"172.30.0.11:6686","token":"TOKEN=="}',
  );
});

test('a node without an address says so', async () => {
  daemon = await startFakeDaemon({});
  expect(await runProgram(['cluster', 'bootstrap'], { stateDir: daemon.stateDir, hostAddress: null })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Error: no interface of this host has an address to listen on\n',
  });
  expect(daemon.requests).toEqual([]);
});

test('remove names the member safely and forces only when told', async () => {
  const accept: Partial<ApiHandlers> = { 'DELETE /core/1.0/cluster/:name': async () => null };
  expect((await against(accept, 'cluster', 'remove', 'a/b c', '-f')).code).toBe(0);
  expect(daemon.requests).toEqual(['DELETE /core/1.0/cluster/a%2Fb%20c?force=true']);
  await daemon.close();
  await against(accept, 'cluster', 'remove', 'node-2');
  expect(daemon.requests).toEqual(['DELETE /core/1.0/cluster/node-2']);
});
