import { describe, expect, it } from 'vitest';
import { formBox } from './form.ts';
import { arcsBelow, layoutNodes, type Place } from './layout.ts';
import { busOf, tunnelWires } from './wires.ts';

const wide = { width: 1096, height: 430 };
const three = layoutNodes(['node-1', 'node-2', 'node-3'], wide);
const numbers = (path: string): number[] => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

describe('busOf', () => {
  it('hangs every node from a ring straight above it', () => {
    const bus = busOf(three, three.places);
    expect(bus.drops.map((drop) => [drop.node, drop.ring.x])).toEqual([
      ['node-1', 0],
      ['node-2', 372],
      ['node-3', 744],
    ]);
    for (const drop of bus.drops) expect(drop.ring.y).toBeLessThan(-formBox.card.height / 2);
  });

  it('draws a line per row with a trunk, and follows a node dragged beyond its end', () => {
    const six = layoutNodes(['a', 'b', 'c', 'd', 'e', 'f'], wide);
    expect(busOf(six, six.places).path.match(/H/g)).toHaveLength(six.rows.length);
    const moved = new Map<string, Place>([...three.places, ['node-3', { x: 2000, y: 320 }]]);
    const bus = busOf(three, moved);
    expect(Math.max(...numbers(bus.path))).toBe(2160);
    expect(bus.drops[2]?.path).toBe(`M2000 ${String(bus.start.y)}V320`);
  });

  it('draws one line and no drops over tiles', () => {
    const tiles = layoutNodes(
      Array.from({ length: 50 }, (_, index) => String(index)),
      wide,
    );
    expect(busOf(tiles, tiles.places).drops).toEqual([]);
    expect(busOf(tiles, tiles.places).path.match(/H/g)).toHaveLength(1);
  });
});

describe('tunnelWires', () => {
  const up = { type: 'geneve', state: 'up' } as const;
  const wires = tunnelWires(three, three.places, [
    { ...up, from: 'node-1', to: 'node-2', state: 'down' },
    { ...up, from: 'node-3', to: 'node-2' },
    { ...up, from: 'node-1', to: 'node-3' },
    { ...up, from: 'node-1', to: 'node-9' },
  ]);

  it('draws what is down last, and nothing to a node that is not on the canvas', () => {
    expect(wires.map((wire) => wire.state)).toEqual(['up', 'up', 'down']);
  });

  it('runs straight between neighbours, whichever end reports it', () => {
    expect(wires.find((wire) => wire.from === 'node-3')?.path).toBe('M372 0L744 0');
  });

  it('passes beneath the node in between, within the room kept for arcs', () => {
    const arc = wires.find((wire) => wire.to === 'node-3' && wire.from === 'node-1');
    const lowest = Number(/ (-?[\d.]+)H/.exec(arc?.path ?? '')?.[1]);
    expect(lowest).toBeGreaterThan(formBox.card.height / 2 + 20);
    expect(lowest).toBe(formBox.card.height / 2 + arcsBelow(three));
  });

  it('takes its ends from the nodes', () => {
    const moved = new Map<string, Place>([...three.places, ['node-2', { x: 372, y: 160 }]]);
    const [wire] = tunnelWires(three, moved, [{ ...up, from: 'node-1', to: 'node-2' }]);
    expect(wire?.path).toBe('M0 0L372 160');
  });
});
