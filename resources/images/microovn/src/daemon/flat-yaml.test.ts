import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFlatYaml, writeFlatYaml } from './flat-yaml.ts';
import { loadTruststore, saveTruststore } from './identity.ts';
import { pathsUnder } from './paths.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'yaml-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('values of several lines and with quotes come back, in a file only root reads', () => {
  const path = join(folder, 'deep', 'a.yaml');
  const values = { name: 'node-1', certificate: '-----BEGIN\n"x": \\y\n', empty: '' };
  writeFlatYaml(path, values);
  expect(readFlatYaml(path)).toEqual(values);
  expect(readFileSync(path, 'utf8').split('\n')[0]).toBe('name: "node-1"');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFlatYaml(join(folder, 'none'))).toBeNull();
});

test('the truststore holds a file for each member, and none for one that left', () => {
  const paths = pathsUnder(join(folder, 'state'));
  const member = (name: string, role: string) => ({ name, role, address: `${name}:6686`, certificate: 'c' });
  saveTruststore(paths, [member('node-1', 'voter'), member('node-2', 'spare')]);
  saveTruststore(paths, [member('node-1', 'voter'), member('node-3', 'PENDING')]);
  expect(readdirSync(paths.truststore)).toEqual(['node-1.yaml', 'node-3.yaml']);
  expect(loadTruststore(paths).map(({ name, role }) => `${name} ${role}`)).toEqual(['node-1 voter', 'node-3 PENDING']);
});
