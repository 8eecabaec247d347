import type { NetworkView, TunnelView } from '../../../shared/lab.ts';
import { formBox, sideMargin } from './form.ts';
import { arcDepth, busRise, type Layout, type Place } from './layout.ts';

/** Lines are drawn beneath opaque node cards, so they run from centre to centre and the cards hide their ends. */
const n = (value: number): string => String(Math.round(value * 10) / 10);

export interface Drop {
  readonly node: string;
  readonly ring: Place;
  readonly path: string;
}

export interface Bus {
  /** One line above each row, joined by a trunk at the left when there are several rows. */
  readonly path: string;
  /** Left end of the topmost line, for the label above it. */
  readonly start: Place;
  /** Beside the first node's drop from another network above it: where a label stands between two lines. */
  readonly between: Place;
  /** One per node; none where nodes are drawn as tiles or cells. */
  readonly drops: readonly Drop[];
}

/** Between the drops of two networks to the same node. */
const dropGap = 20;

/** The networks that are drawn as lines, lowest first: the one daemons talk over; one that carries tunnels shows as its tunnels. */
export function busNetworks(networks: readonly NetworkView[]): readonly NetworkView[] {
  const rank = ({ role }: NetworkView): number => (role === 'mgmt' ? 0 : 1);
  return networks
    .filter(({ role }) => role !== 'underlay')
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, 2);
}

/**
 * A network as a bus. A node hangs from the nearest line above it, wherever the user dragged it.
 * @param index 0 for the lowest line, 1 for the one above it, whose drops lie a little to the right
 * @param of how many there are
 */
export function busOf(layout: Layout, places: ReadonlyMap<string, Place>, index = 0, of = 1): Bus {
  const detailed = layout.base === 'card' || layout.base === 'small';
  const heights = (detailed ? layout.rows : layout.rows.slice(0, 1)).map(
    (y, row) => y - busRise(layout.base, index, row),
  );
  const xs = [...places.values()].map((at) => at.x);
  const half = formBox[layout.base].width / 2;
  const inner = (of - 1 - index) * 8;
  const edge = layout.bounds.x + (heights.length > 1 ? 4 + inner : sideMargin);
  const left = Math.min(edge, ...xs.map((x) => x - half));
  const right = Math.max(layout.bounds.x + layout.bounds.width - sideMargin, ...xs.map((x) => x + half));
  const top = heights[0] ?? -busRise(layout.base, index);
  const trunk = heights.length > 1 ? `M${n(left)} ${n(top)}V${n(heights.at(-1) ?? top)}` : '';
  const path = heights.map((y) => `M${n(left)} ${n(y)}H${n(right)}`).join('') + trunk;
  const drops = !detailed
    ? []
    : [...places].map(([node, at]) => {
        const y = heights.filter((height) => height < at.y).at(-1) ?? top;
        const x = at.x + index * dropGap;
        return { node, ring: { x, y }, path: `M${n(x)} ${n(y)}V${n(at.y)}` };
      });
  const first = [...places.values()][0] ?? { x: left, y: top };
  return { path, start: { x: left, y: top }, between: { x: first.x + dropGap + 10, y: top }, drops };
}

export interface TunnelWire {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly state: TunnelView['state'];
  readonly path: string;
  /** Middle of a straight line, or a place beside the arc. */
  readonly label: Place;
}

/** Names a tunnel, whichever end it is seen from. */
export const tunnelKey = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  from < to ? `${from} — ${to}` : `${to} — ${from}`;

/** More tunnels than this are one badge; then only those of the selected or hovered node are drawn. */
export const mostTunnels = 15;

/**
 * Routes tunnels between nodes: straight between neighbours, in an arc beneath the row where other nodes stand between, slanted from
 * row to row. What is down comes last, to be drawn on top.
 */
export function tunnelWires(
  layout: Layout,
  places: ReadonlyMap<string, Place>,
  tunnels: readonly TunnelView[],
): readonly TunnelWire[] {
  const wires = tunnels.flatMap((tunnel): TunnelWire[] => {
    const a = places.get(tunnel.from);
    const b = places.get(tunnel.to);
    if (a === undefined || b === undefined) return [];
    const [from, to] = a.x <= b.x ? [a, b] : [b, a];
    return [
      { key: tunnelKey(tunnel), from: tunnel.from, to: tunnel.to, state: tunnel.state, ...route(layout, from, to) },
    ];
  });
  const rank = { up: 0, unknown: 1, half: 2, down: 3 } as const;
  return wires.sort((x, y) => rank[x.state] - rank[y.state]);
}

function route(layout: Layout, from: Place, to: Place): { path: string; label: Place } {
  const span = (to.x - from.x) / layout.pitch.width;
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const isDense = layout.base === 'tile' || layout.base === 'cell';
  if (isDense || Math.abs(from.y - to.y) > 8 || span < 1.5) {
    return { path: `M${n(from.x)} ${n(from.y)}L${n(to.x)} ${n(to.y)}`, label: middle };
  }
  const box = formBox[layout.base];
  const floor = from.y + box.height / 2;
  const depth = floor + arcDepth(layout.base, Math.round(span));
  const lean = Math.min(108, (to.x - from.x) / 4);
  const start = from.x + box.width * 0.33;
  const end = to.x - box.width * 0.33;
  const path =
    `M${n(start)} ${n(from.y)}V${n(floor)}C${n(start)} ${n(depth)} ${n(start + lean * 0.45)} ${n(depth)} ${n(start + lean)} ${n(depth)}` +
    `H${n(end - lean)}C${n(end - lean * 0.45)} ${n(depth)} ${n(end)} ${n(depth)} ${n(end)} ${n(floor)}V${n(to.y)}`;
  return { path, label: { x: start + lean + 24, y: depth } };
}
