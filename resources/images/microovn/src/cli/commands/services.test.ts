import { afterEach, beforeEach, expect, test } from 'vitest';
import { DaemonError } from '../command-error.ts';
import { startFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runProgram } from '../testing/run-program.ts';

let centrals: number;
let daemon: FakeDaemon;
beforeEach(async () => {
  centrals = 3;
  daemon = await startFakeDaemon({
    'PUT /1.0/service/:name': async ({ query }) => {
      if (query.target === 'zzz') {
        throw new DaemonError(
          404,
          'Failed to get cluster member for request target name "zzz": CoreClusterMember not found',
        );
      }
      return { centrals, environmentGenerated: true };
    },
    'DELETE /1.0/service/:name': async ({ query }) => {
      if (query.allowDisableLastCentral !== 'true') {
        throw new DaemonError(409, 'cannot disable last central node without explicit confirmation');
      }
      return { centrals, environmentGenerated: false };
    },
  });
});
afterEach(() => daemon.close());
const run = (...words: string[]) => runProgram(words, { stateDir: daemon.stateDir });

test('enable says what it enabled, on the member asked for', async () => {
  expect(await run('enable', 'switch')).toEqual({ code: 0, stdout: 'Service switch enabled\n', stderr: '' });
  await run('enable', 'central', '--node', 'node-2');
  expect(daemon.requests).toEqual(['PUT /1.0/service/switch', 'PUT /1.0/service/central?target=node-2']);
});

test('a poor number of centrals is warned of', async () => {
  const time = '2026/11/20 12:00:00 [central] Warning:';
  centrals = 2;
  expect((await run('enable', 'switch')).stderr).toBe(
    `${time} OVN Cluster has even number of members\n${time} OVN Cluster has critically few members\n`,
  );
  centrals = 4;
  expect(await run('disable', 'central', '--allow-disable-last-central', '-v')).toEqual({
    code: 0,
    stdout: 'Service central disabled\nNew Environment: Not Generated\n\n',
    stderr:
      `${time} OVN Cluster has even number of members\n` +
      `${time} Cluster with even number of members has same fault tolerance, but higher quorum requirements, than cluster with one less member.\n`,
  });
  centrals = 1;
  expect((await run('enable', 'chassis', '--verbose')).stderr).toBe(
    `${time} OVN Cluster has critically few members\n${time} Cluster with less than 3 nodes can't tolerate any node failures.\n`,
  );
  centrals = 0;
  expect((await run('enable', 'chassis', '-v')).stderr).toBe('');
});

test('failures carry service and cause', async () => {
  const stderr = async (...words: string[]) => (await run(...words)).stderr;
  expect(await stderr('disable', 'central')).toBe(
    "Error: failed to disable service 'central': 'cannot disable last central node without explicit confirmation'\n",
  );
  expect(await stderr('enable', 'switch', '--node=zzz')).toBe(
    `Error: failed to enable service 'switch': 'Failed to get cluster member for request target name "zzz": CoreClusterMember not found'\n`,
  );
});

test('config is checked before the daemon is asked', async () => {
  const stderr = async (...words: string[]) => (await run('enable', ...words)).stderr;
  expect([
    await stderr('switch', '--config', 'foo'),
    await stderr('bgp', '--config', 'k=1', '--config', 'k=2'),
    await stderr('switch', '--config', 'k=1'),
  ]).toEqual([
    "Error: configuration 'foo' does not conform to the 'key=value' format\n",
    "Error: configuration 'k' already set\n",
    "Error: service 'switch' does not accpet extra config\n",
  ]);
  expect(daemon.requests).toEqual([]);
});

test('bgp is refused, and says why', async () => {
  expect(await run('enable', 'bgp', '--config', 'vrf=10')).toEqual({
    code: 1,
    stdout: '',
    stderr: "Error: failed to enable service 'bgp': 'BGP is not available here, this image carries no BIRD'\n",
  });
  expect((await run('disable', 'bgp')).stderr).toContain("'this service is not enabled'");
});
