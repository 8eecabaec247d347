import type { Protocol } from '../../shared/database.ts';
import type { RecipeInfo } from '../../shared/recipe.ts';
import type { GlyphKind } from '../parts/kinds.ts';

/** The default lab of a recipe, drawn: boxes on a bus, the glyphs each holds. A drawing of the plan, not an observation. */
export interface Drawing {
  /** In the units of the 384 x 104 picture. */
  readonly boxes: readonly { readonly x: number; readonly width: number; readonly glyphs: readonly GlyphKind[] }[];
  readonly bus: { readonly from: number; readonly to: number };
  /** Whether nodes are joined by tunnels: where OVN's Southbound is. */
  readonly tunnels: boolean;
}

export const picture = { width: 384, height: 104, gap: 28, glyph: 18, pitch: 22 } as const;

/** Lays the default lab out around the middle of the picture; more than 5 nodes are drawn as 5. */
export function drawLab(recipe: Pick<RecipeInfo, 'databases' | 'defaultNodes'>): Drawing {
  const count = Math.min(recipe.defaultNodes, 5);
  const width = recipe.databases.length * picture.pitch + 28;
  const scale = Math.min(1, (picture.width - 32) / (count * (width + picture.gap) - picture.gap));
  const pitch = (width + picture.gap) * scale;
  const total = count * pitch - picture.gap * scale;
  const left = (picture.width - total) / 2;
  const boxes = Array.from({ length: count }, (_, node) => ({
    x: left + node * pitch,
    width: width * scale,
    glyphs: recipe.databases.map((database, index) =>
      glyphOf(database.protocol, node === leaderOf(database.protocol, index, recipe.databases.length, count)),
    ),
  }));
  const first = boxes[0]?.x ?? left;
  return {
    boxes,
    bus: { from: first + (width * scale) / 2 - 20, to: first + total - (width * scale) / 2 + 20 },
    tunnels: recipe.databases.some((database) => database.id === 'sb'),
  };
}

function leaderOf(protocol: Protocol, index: number, databases: number, nodes: number): number {
  // Databases elect on their own, so the drawing gives them different leaders; what is not elected is active on the first node.
  if (!elects(protocol)) return 0;
  const order = databases >= 3 ? [1, 0, 2] : [0, nodes - 1];
  return (order[index] ?? index) % nodes;
}

function glyphOf(protocol: Protocol, leads: boolean): GlyphKind {
  if (elects(protocol)) return leads ? 'leader' : 'voter';
  return leads ? 'active' : 'standby';
}

function elects(protocol: Protocol): boolean {
  return protocol === 'ovsdb-raft' || protocol === 'dqlite';
}
