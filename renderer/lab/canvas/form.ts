/** How much of a node is drawn: richest first. */
export type Form = 'card' | 'small' | 'tile' | 'cell';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Size of each form on the screen in CSS pixels (design language, section 6). */
export const formBox: Readonly<Record<Form, Size>> = {
  card: { width: 320, height: 112 },
  small: { width: 208, height: 84 },
  tile: { width: 96, height: 28 },
  cell: { width: 14, height: 14 },
};

/** Distance between the centres of neighbours in a layout made for that form, in world units (1 unit is 1 px at 100 %). */
export const formPitch: Readonly<Record<Form, Size>> = {
  card: { width: 372, height: 208 },
  small: { width: 232, height: 148 },
  tile: { width: 108, height: 40 },
  cell: { width: 24, height: 24 },
};

/** Room a layout keeps beside its nodes, in world units. */
export const sideMargin = 16;

/** The narrowest a form gets before the next plainer one takes its place: 75, 45 and 25 % of a card's pitch, less a gap. */
const least: Readonly<Record<Form, Size>> = {
  card: { width: 263, height: 130 },
  small: { width: 152, height: 92 },
  tile: { width: 85, height: 32 },
  cell: { width: 0, height: 0 },
};

const gap: Readonly<Record<Form, number>> = { card: 16, small: 14, tile: 8, cell: 4 };
/** Of that room at least so much stays free beside a node, in CSS pixels. */
const edgeGap = 8;
const forms = ['card', 'small', 'tile', 'cell'] as const;

/** Most nodes a lab may have to be laid out in that form; more, and the next plainer one is used. */
const most: Readonly<Record<Form, number>> = { card: 6, small: 24, tile: 80, cell: Infinity };

/** The forms allowed by the number of nodes, richest first. */
export function formsForCount(count: number): readonly Form[] {
  return forms.filter((form) => count <= most[form]);
}

/**
 * The richest form that fits between neighbours at this zoom. Text is drawn at its full size whatever the zoom (it never renders
 * below 11 px), so what gives way is the form.
 * @param pitch of the layout in world units
 * @param zoom 1 is 100 %
 */
export function formAt(pitch: Size, zoom: number): Form {
  const width = pitch.width * zoom;
  const height = pitch.height * zoom;
  for (const form of forms) {
    if (width >= least[form].width + gap[form] && height >= least[form].height) return form;
  }
  return 'cell';
}

/**
 * Size of a node on the screen in CSS pixels: the form's own, narrowed to leave a gap to the neighbour, and to end where the layout does.
 * @param layout the form its spacing was made for, and that spacing
 */
export function boxAt(form: Form, layout: { readonly base: Form; readonly pitch: Size }, zoom: number): Size {
  const box = formBox[form];
  const besideNeighbour = layout.pitch.width * zoom - gap[form];
  const besideEdge = form === layout.base ? (box.width + 2 * sideMargin) * zoom - edgeGap : Infinity;
  const width = Math.max(least[form].width, Math.min(box.width, besideNeighbour, besideEdge));
  return { width: Math.round(width), height: box.height };
}
