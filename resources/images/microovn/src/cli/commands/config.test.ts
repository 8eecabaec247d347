import { afterEach, expect, test } from 'vitest';
import { DaemonError } from '../command-error.ts';
import { startFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runProgram } from '../testing/run-program.ts';

let daemon: FakeDaemon | null = null;
const run = async (...words: string[]) => {
  let value: string | null = null;
  const known = (key: string) => {
    if (key !== 'ovn.central-ips') throw new DaemonError(400, `config key '${key}' is not a recognized config option`);
  };
  daemon ??= await startFakeDaemon({
    'GET /1.0/config': async ({ query }) => {
      known(query.key);
      return { value };
    },
    'PUT /1.0/config': async ({ body }) => {
      known(body.key);
      value = body.value;
      return null;
    },
    'DELETE /1.0/config': async ({ query }) => {
      known(query.key);
      value = null;
      return null;
    },
  });
  const { code, stdout, stderr } = await runProgram(['config', ...words], { stateDir: daemon.stateDir });
  return [code, stdout + stderr];
};
afterEach(async () => {
  await daemon?.close();
  daemon = null;
});

test('an option is set, shown and unset', async () => {
  expect(await run('get', 'ovn.central-ips')).toEqual([0, '']);
  expect(await run('set', 'ovn.central-ips', '10.0.0.1,fd00::1')).toEqual([
    0,
    "Successfully set config option 'ovn.central-ips'\n",
  ]);
  expect(await run('get', 'ovn.central-ips')).toEqual([0, '10.0.0.1,fd00::1\n']);
  expect(await run('delete', 'ovn.central-ips')).toEqual([0, "Successfully deleted config option 'ovn.central-ips'\n"]);
  expect(await run('get', 'ovn.central-ips')).toEqual([0, '']);
});

test('an unknown option is refused by each verb', async () => {
  const cause = "'foo': config key 'foo' is not a recognized config option\n";
  expect([await run('get', 'foo'), await run('set', 'foo', '1'), await run('delete', 'foo')]).toEqual([
    [1, `Error: failed to get config option ${cause}`],
    [1, `Error: failed to set config option ${cause}`],
    [1, `Error: failed to delete config option ${cause}`],
  ]);
});

test('the list of options needs no daemon', async () => {
  expect(await runProgram(['config', 'list'])).toEqual({
    code: 0,
    stdout: 'Available options:\novn.central-ips\n',
    stderr: '',
  });
});
