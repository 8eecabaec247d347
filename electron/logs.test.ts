import { expect, it } from 'vitest';
import type { Found } from './engines/engine.ts';
import { readLogs } from './logs.ts';

const found = { nodes: [{ node: 'node-1', id: 'id-1' }], networks: [], missing: [] } as unknown as Found;

/** A node with two log files. */
const engine = {
  exec: (id: string, command: readonly string[]) => {
    const stdout = command[0] === 'find' ? '/var/log/ovn/b.log\n/var/log/ovn/a.log\n' : `${id}: ${command.join(' ')}`;
    return Promise.resolve({ exitCode: 1, stdout, stderr: 'find: no such folder', timedOut: false });
  },
};

it('lists log files sorted, though one folder is not there, and reads the end of one', async () => {
  const files = ['/var/log/ovn/a.log', '/var/log/ovn/b.log'];
  expect(await readLogs(engine, found, 'node-1', undefined)).toEqual({ files, text: '' });
  expect(await readLogs(engine, found, 'node-1', files[1])).toEqual({
    files,
    text: 'id-1: tail -c 262144 -- /var/log/ovn/b.log',
  });
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
