import { expect, test } from 'vitest';
import type { LabView } from '../../../shared/lab.ts';
import { layersOf } from './layers.ts';

const view = (roles: readonly string[], database: string) =>
  ({
    databases: [{ id: database }],
    networks: roles.map((role) => ({ role, title: role })),
    tunnels: [],
  }) as unknown as LabView;
const titles = (of: LabView | null) => layersOf(of).map(([, title]) => title);

test('only what a lab has can be shown and hidden, under its own name', () => {
  expect(titles(null)).toEqual(['Management', 'Tunnels', 'Logical']);
  expect(titles(view(['mgmt', 'underlay'], 'nb'))).toEqual(['mgmt', 'Tunnels', 'Logical']);
  expect(titles(view(['mgmt'], 'dqlite'))).toEqual(['mgmt', 'Objects']);
  expect(titles(view(['api', 'mgmt'], 'dqlite'))).toEqual(['Networks', 'Objects']);
});
