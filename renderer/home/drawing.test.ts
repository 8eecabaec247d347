import { expect, test } from 'vitest';
import { drawLab, picture } from './drawing.ts';

const database = (id: string, protocol: 'ovsdb-raft' | 'ovsdb-sync') => ({ id, title: id, short: id, protocol });

test('each database that elects has one leader, on a node of its own, and every other node a vote', () => {
  const drawing = drawLab({
    defaultNodes: 3,
    databases: ['cluster', 'nb', 'sb'].map((id) => database(id, 'ovsdb-raft')),
  });
  const glyphs = drawing.boxes.map((box) => box.glyphs);
  expect(glyphs).toEqual([
    ['voter', 'leader', 'voter'],
    ['leader', 'voter', 'voter'],
    ['voter', 'voter', 'leader'],
  ]);
  expect(drawing.tunnels).toBe(true);
});

test('what is not elected is active on the first node and has no votes', () => {
  const drawing = drawLab({ defaultNodes: 2, databases: [database('nb', 'ovsdb-sync')] });
  expect(drawing.boxes.map((box) => box.glyphs)).toEqual([['active'], ['standby']]);
  expect(drawing.tunnels).toBe(false);
});

test('five nodes of three databases still fit, and are centred', () => {
  const { boxes } = drawLab({ defaultNodes: 5, databases: ['a', 'b', 'c'].map((id) => database(id, 'ovsdb-raft')) });
  const last = boxes.at(-1);
  expect(boxes[0]?.x).toBeGreaterThanOrEqual(15);
  expect((last?.x ?? 0) + (last?.width ?? 0) + (boxes[0]?.x ?? 0)).toBeCloseTo(picture.width, 5);
});
