import { expect, it } from 'vitest';
import type { Found } from './engines/engine.ts';
import { readLogs } from './logs.ts';

const found = { nodes: [{ node: 'node-1', id: 'id-1' }], networks: [], missing: [] } as unknown as Found;

/** A node whose `find` says this. */
const engineWith = (...found: readonly string[]) => ({
  exec: (id: string, command: readonly string[]) => {
    const stdout = command[0] === 'find' ? found.map((line) => `${line}\n`).join('') : `${id}: ${command.join(' ')}`;
    return Promise.resolve({ exitCode: 1, stdout, stderr: 'find: no such folder', timedOut: false });
  },
});
const engine = engineWith('7 /var/log/ovn/c.log', '12 /var/log/ovn/b.log', '0 /var/log/ovn/a.log');

it('lists log files sorted, though one folder is not there, and reads the end of one', async () => {
  const files = ['/var/log/ovn/a.log', '/var/log/ovn/b.log', '/var/log/ovn/c.log'];
  expect(await readLogs(engine, found, 'node-1', files[2])).toEqual({
    files,
    file: files[2],
    text: 'id-1: tail -c 262144 -- /var/log/ovn/c.log',
  });
});

it('opens the first file that holds something, an empty one only when all are', async () => {
  const shown = async (of: typeof engine) => (await readLogs(of, found, 'node-1', undefined)).file;
  expect(await shown(engine)).toBe('/var/log/ovn/b.log');
  expect(await shown(engineWith('0 /var/log/ovn/b.log', '0 /var/log/ovn/a.log'))).toBe('/var/log/ovn/a.log');
  expect(await readLogs(engineWith(), found, 'node-1', undefined)).toEqual({ files: [], file: null, text: '' });
});

it.each(['/etc/shadow', '/var/log/ovn/../../../etc/shadow', '-n', ''])('reads nothing else: %j', async (file) => {
  await expect(readLogs(engine, found, 'node-1', file)).rejects.toMatchObject({ code: 'input/unknown', field: 'file' });
});

it('refuses a node that is not there', async () => {
  await expect(readLogs(engine, found, 'node-9', undefined)).rejects.toMatchObject({
    code: 'input/unknown',
    field: 'node',
  });
});
