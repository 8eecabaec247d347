import { expect, it } from 'vitest';
import type { FoundNode } from '../../../engines/engine.ts';
import { incusDialect, lxdDialect } from '../dialect.ts';
import { lines, plan } from './plans-for-tests.ts';
import { upgradeFlow } from './upgrade.ts';

it('replaces the container by one of the next image over the same data, which it never makes or removes', () => {
  const steps = plan('upgrade', { node: 'node-2' });
  const typed = lines(steps);
  expect(steps.map(({ id }) => id)).toEqual(['image', 'versions', 'stop', 'container', 'nodes:node-2', 'begun']);
  expect(typed.join('\n')).not.toMatch(/docker volume|--volumes/);
  const create = typed.find((line) => line.startsWith('engine: docker create')) ?? '';
  expect(create).toContain('--mount type=volume,source=a-node-2-data,target=/var/lib/lxd');
  expect(create).toMatch(/ quorate\/lxd-next:1$/);
  expect(typed.indexOf('node-2: sv -w 30 down lxd')).toBeLessThan(typed.indexOf('engine: docker rm --force a-node-2'));
  expect(typed.at(-1)).toContain('lxd waitready');
  expect(lines(plan('upgrade', { node: 'node-2', dialect: incusDialect })).at(-1)).toContain('incus admin waitready');
});

it('refuses a node whose data would go with its container', () => {
  const found = { nodes: [{ node: 'node-1', labels: {} } as unknown as FoundNode], networks: [], missing: [] };
  const request = { name: 'a', recipe: 'lxd', nodes: 1, memoryMiB: 256, settings: {} };
  const asked = { request, subnets: { mgmt: '10.0.0' }, image: 'i', nextImage: 'n', node: 'node-1', settings: {} };
  expect(() => upgradeFlow(lxdDialect).plan({ ...asked, present: { found, view: null } })).toThrow(
    'node-1 keeps its data in its container',
  );
});
