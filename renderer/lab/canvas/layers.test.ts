import { expect, test } from 'vitest';
import type { LabView } from '../../../shared/lab.ts';
import { layersOf } from './layers.ts';

const view = (roles: readonly string[], entities: unknown) =>
  ({
    networks: roles.map((role) => ({ role, title: role })),
    tunnels: [],
    entities,
  }) as unknown as LabView;
const titles = (of: LabView | null) => layersOf(of).map(([, title]) => title);

test('only what a lab has can be shown and hidden, under its own name', () => {
  expect(titles(null)).toEqual(['Management', 'Tunnels', 'Logical']);
  expect(titles(view(['mgmt', 'underlay'], null))).toEqual(['mgmt', 'Tunnels', 'Logical']);
  expect(titles(view(['mgmt'], { entities: [] }))).toEqual(['mgmt', 'Objects']);
  expect(titles(view(['mgmt', 'api'], { entities: [] }))).toEqual(['Networks', 'Objects']);
});
