import { describe, expect, it } from 'vitest';
import { formAt, formBox } from './form.ts';
import { layoutNodes, withChosen } from './layout.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `node-${String(index + 1)}`);
const wide = { width: 1096, height: 430 };
const narrow = { width: 728, height: 300 };

describe('layoutNodes', () => {
  it('puts three nodes side by side as cards on a 1440 px window, as small cards on a 1024 px one', () => {
    expect(layoutNodes(names(3), wide, 110)).toMatchObject({ base: 'card', columns: 3, rows: [0] });
    expect(layoutNodes(names(3), narrow, 90)).toMatchObject({ base: 'small', columns: 3, rows: [0] });
  });

  it.each([1, 2, 3, 5, 6, 9, 24, 50, 80, 200])('gives %i nodes places of their own, row by row', (count) => {
    const layout = layoutNodes(names(count), wide);
    const places = [...layout.places.values()];
    expect(places).toHaveLength(count);
    expect(new Set(places.map((at) => `${String(at.x)} ${String(at.y)}`)).size).toBe(count);
    expect(new Set(places.map((at) => at.y))).toEqual(new Set(layout.rows));
    for (const at of places) {
      expect(at.x - formBox[layout.base].width / 2).toBeGreaterThanOrEqual(layout.bounds.x);
      expect(at.x + formBox[layout.base].width / 2).toBeLessThanOrEqual(layout.bounds.x + layout.bounds.width);
    }
  });

  it('shows the form it was made for once everything fits', () => {
    for (const count of [3, 9, 24, 50, 80]) {
      const { base, bounds, pitch } = layoutNodes(names(count), wide);
      const zoom = Math.min(1, wide.width / bounds.width, wide.height / bounds.height);
      expect(formAt(pitch, zoom)).toBe(base);
    }
  });

  it('lays out an empty lab', () => {
    expect(layoutNodes([], wide).places.size).toBe(0);
    // Tiles have nothing beneath them, and so leave no room for it.
    expect(layoutNodes(names(9), narrow, 400)).toEqual({ ...layoutNodes(names(9), narrow, 300), base: 'tile' });
  });
});

it('keeps what the user moved and forgets nodes that are gone', () => {
  const layout = layoutNodes(names(2), wide);
  const places = withChosen(layout, { 'node-2': { x: 16, y: 320 }, 'node-9': { x: 0, y: 0 } });
  expect([...places]).toEqual([
    ['node-1', { x: 0, y: 0 }],
    ['node-2', { x: 16, y: 320 }],
  ]);
});
