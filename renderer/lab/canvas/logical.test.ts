import { expect, it } from 'vitest';
import type { LogicalPortView, LogicalView } from '../../../shared/lab.ts';
import { layoutNodes } from './layout.ts';
import { ipOf, logicalDrawing, logicalHeight } from './logical.ts';

const seen = { source: 'test', observedAt: 1, answers: true };
const port = (name: string, node: string | null, type = ''): LogicalPortView => ({
  name,
  parent: 'ls0',
  type,
  addresses: ['00:00:00:00:00:01 10.0.0.1'],
  node,
  up: node !== null,
});
const logical: LogicalView = {
  switches: [{ name: 'ls0', ports: 5 }],
  routers: [{ name: 'lr0', ports: 1 }],
  ports: [
    port('vm1', 'node-1'),
    port('vm2', 'node-3'),
    port('vm3', null),
    port('a', 'node-3'),
    port('up', null, 'router'),
  ],
  chassis: [],
  nb: seen,
  sb: seen,
};
const layout = layoutNodes(['node-1', 'node-2', 'node-3'], { width: 1096, height: 430 });

it('hangs bound ports under their node and says how many are bound', () => {
  const drawing = logicalDrawing(layout, layout.places, logical);
  expect(drawing.ports.map((pill) => [pill.name, pill.detail, pill.place.x])).toEqual([
    ['vm1', '10.0.0.1', 0],
    ['vm2', '10.0.0.1', 669],
    ['a', '10.0.0.1', 819],
  ]);
  expect(drawing.bars.map((bar) => [bar.name, bar.detail])).toEqual([
    ['ls0', 'logical switch · 5 ports, 3 bound, 1 to routers or networks'],
    ['lr0', 'logical router · 1 port'],
  ]);
  expect(drawing.height).toBe(logicalHeight(logical, true));
});

it('draws a line from each switch to the router its port leads to, beside one another', () => {
  const routed: LogicalView = {
    ...logical,
    switches: [
      { name: 'ls0', ports: 1 },
      { name: 'ls1', ports: 1 },
    ],
    ports: [
      { ...port('ls0-lr0', null, 'router'), peer: 'lr0-ls0' },
      { ...port('ls1-lr0', null, 'router'), parent: 'ls1', peer: 'lr0-ls1' },
      { ...port('lost', null, 'router'), parent: 'ls1', peer: 'elsewhere' },
      { ...port('lr0-ls0', null), parent: 'lr0' },
      { ...port('lr0-ls1', null), parent: 'lr0' },
    ],
  };
  const { bars, links } = logicalDrawing(layout, layout.places, routed);
  const [ls0, ls1, lr0] = bars.map((bar) => bar.y);
  const ends = links.map(({ path }) => /^M([\d.]+) ([\d.]+)V([\d.]+)$/.exec(path)?.slice(1).map(Number) ?? []);
  expect(ends.map(([, from, to]) => [from, to])).toEqual([
    [ls0, lr0],
    [ls1, lr0],
  ]);
  expect(ends[0]?.[0]).toBeLessThan(ends[1]?.[0] ?? 0);
});

it('says what it leaves out', () => {
  const many = { ...logical, switches: [1, 2, 3, 4, 5].map((index) => ({ name: `ls${String(index)}`, ports: 0 })) };
  expect(logicalDrawing(layout, layout.places, many).more).toBe('2 switches more');
});

it('finds the address among what OVN writes', () => {
  expect(ipOf(['00:00:00:00:00:01 10.0.0.1/24'])).toBe('10.0.0.1');
  expect(ipOf(['dynamic'])).toBe('');
});
