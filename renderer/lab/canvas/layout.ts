import { formAt, formBox, formPitch, formsForCount, sideMargin, type Form, type Size } from './form.ts';

/** A place on the canvas in world units; of a node: its centre. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** What is drawn around the nodes of a lab. */
export interface Around {
  /** Networks above them. */
  readonly buses: number;
  /** Whether tunnels run beneath them. */
  readonly arcs: boolean;
}
const oneBus: Around = { buses: 1, arcs: true };

export interface Layout {
  /** The form the spacing was made for. */
  readonly base: Form;
  readonly pitch: Size;
  /** Whether tunnels run beneath the nodes. */
  readonly arcs: boolean;
  readonly columns: number;
  /** Height of each row's centre line, top to bottom. */
  readonly rows: readonly number[];
  readonly places: ReadonlyMap<string, Place>;
  /** What must be on the screen when everything is to be seen. */
  readonly bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Room kept above them, for the bus and its label, and below them, or below what lies beneath them. In world units. */
const margin = { above: 68, below: 24, belowLogical: 8 };

/** Distance from the centre of a row to its bus; a second network lies above the first, closer where rows leave little room. */
export function busRise(base: Form, bus = 0, row = 0): number {
  return formBox[base].height / 2 + (base === 'card' ? 34 : 22) + bus * (row === 0 ? busGap : 10);
}

/** Between two networks above the topmost row: the name of the lower one stands there. */
const busGap = 28;

/**
 * Lays nodes out in rows, in the order given, so that they appear as large as the screen allows: among the forms allowed by the
 * count and all numbers of columns, the first whose nodes keep that form once everything fits.
 * @param below height of what lies beneath the nodes and the arcs there (logical layer), in world units
 */
export function layoutNodes(names: readonly string[], screen: Size, below = 0, around: Around = oneBus): Layout {
  const above = margin.above + Math.max(0, around.buses - 1) * busGap;
  const allowed = formsForCount(names.length);
  for (const base of allowed) {
    // What lies beneath is drawn under cards alone.
    const room = base === 'card' || base === 'small' ? below : 0;
    const best = bestColumns(names.length, base, screen, { above, below: room, arcs: around.arcs });
    if (formAt(formPitch[base], Math.min(1, best.zoom)) === base || base === allowed.at(-1)) {
      return place(names, base, best.columns, { above, below: room, arcs: around.arcs });
    }
  }
  return place(names, 'cell', 1, { above, below: 0, arcs: around.arcs });
}

interface Rooms {
  readonly above: number;
  readonly below: number;
  readonly arcs: boolean;
}

function extent(count: number, base: Form, columns: number, { above, below, arcs }: Rooms): Size {
  const rows = Math.max(1, Math.ceil(count / columns));
  const pitch = formPitch[base];
  const box = formBox[base];
  const room = arcs ? arcRoom(base, Math.min(columns, count)) : 0;
  const beneath = below === 0 ? margin.below : room + below + margin.belowLogical;
  return {
    width: (columns - 1) * pitch.width + box.width + 2 * sideMargin,
    height: (rows - 1) * pitch.height + box.height + above + beneath,
  };
}

/** Of the numbers of columns, the one that allows the largest zoom; of equals the one with the fewest rows, then the fullest last row. */
function bestColumns(count: number, base: Form, screen: Size, rooms: Rooms): { columns: number; zoom: number } {
  let best = { columns: 1, zoom: 0, rows: Infinity };
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const size = extent(count, base, columns, rooms);
    const zoom = Math.min(1, screen.width / size.width, screen.height / size.height);
    const rows = Math.ceil(count / columns);
    if (zoom > best.zoom + 1e-6 || (zoom > best.zoom - 1e-6 && rows < best.rows)) best = { columns, zoom, rows };
  }
  return best;
}

function place(names: readonly string[], base: Form, columns: number, rooms: Rooms): Layout {
  const pitch = formPitch[base];
  const size = extent(names.length, base, columns, rooms);
  const places = new Map<string, Place>();
  names.forEach((name, index) => {
    places.set(name, { x: (index % columns) * pitch.width, y: Math.floor(index / columns) * pitch.height });
  });
  const rows = Array.from({ length: Math.ceil(names.length / columns) }, (_, row) => row * pitch.height);
  const box = formBox[base];
  return {
    base,
    pitch,
    arcs: rooms.arcs,
    columns,
    rows,
    places,
    bounds: { x: -box.width / 2 - sideMargin, y: -box.height / 2 - rooms.above, ...size },
  };
}

/** A dragged node lands on the grid of the canvas. */
export const gridStep = 16;

/** The places of a layout, each replaced by what the user chose for that node. Places of nodes that are gone are left out. */
export function withChosen(layout: Layout, chosen: Readonly<Record<string, Place>>): ReadonlyMap<string, Place> {
  return new Map([...layout.places].map(([name, at]) => [name, chosen[name] ?? at]));
}

/** How far beneath the row an arc over `span` columns runs, in world units; longer ones run lower, so that they do not touch. */
export function arcDepth(base: Form, span: number): number {
  return (base === 'card' ? 36 : 26) + Math.min(4, Math.max(0, span - 2)) * 12;
}

/** Room the arcs beneath the last row take, in world units. */
export function arcsBelow(layout: Layout): number {
  return layout.arcs ? arcRoom(layout.base, Math.min(layout.columns, layout.places.size)) : 0;
}

function arcRoom(base: Form, columns: number): number {
  return columns < 3 ? 0 : arcDepth(base, columns - 1);
}
