import { createContext } from 'svelte';
import type { LabState } from '../lab-state.svelte.ts';
import { keepStored, placesSchema, readStored } from '../stored.ts';
import { boxAt, formAt, formBox, sideMargin, type Form, type Size } from './form.ts';
import { hasLogical, layersOf } from './layers.ts';
import { layoutNodes, withChosen, type Layout, type Place } from './layout.ts';
import { entitiesHeight } from './entities.ts';
import { logicalHeight } from './logical.ts';
import { busNetworks } from './wires.ts';

/** What the canvas shows and how: layout, places, form of the nodes at the present zoom. Nodes read it; none of it changes while panning. */
export class CanvasState {
  #chosen = $state.raw<Readonly<Record<string, Place>>>({});
  /** What was chosen before each drag since the page was opened, the newest last. */
  readonly #before: Readonly<Record<string, Place>>[] = [];
  /** Size of the canvas in CSS pixels, without what floats over its lower edge. */
  screen = $state.raw<Size>({ width: 0, height: 0 });
  zoom = $state(1);
  /** The node that keyboard focus goes to on the canvas; the rest are reached by arrows (roving tabindex). */
  focused = $state<string | null>(null);
  hovered = $state<string | null>(null);

  /** Most bars of objects beneath the nodes: more where few nodes leave a tall canvas its room. */
  readonly mostBars: number;
  readonly layout: Layout;
  readonly places: ReadonlyMap<string, Place>;
  readonly form: Form;
  /** Size of a node on the screen in CSS pixels. */
  readonly box: Size;
  /** Scale of a node's content in world units: below 100 % nodes keep their size on the screen. */
  readonly inverse: number;

  constructor(
    private readonly lab: LabState,
    private readonly storage: Storage,
  ) {
    this.#chosen = readStored(storage, lab.name, 'places', placesSchema) ?? {};
    // As text, so that a new view with the same nodes lays nothing out anew.
    const names = $derived([...lab.cards.keys()].join('\n'));
    this.mostBars = $derived((lab.cards.size <= 4 ? 3 : 1) + (this.#usable.height >= 400 ? 2 : 0));
    const below = $derived.by(() => {
      const { view } = lab;
      if (!lab.layers.logical || view === null) return 0;
      if (!hasLogical(view)) return entitiesHeight(view.entities?.entities ?? [], this.mostBars, lab.cards.size);
      return logicalHeight(view.logical, lab.cards.size <= 6);
    });
    const buses = $derived(busNetworks(lab.view?.networks ?? []).length);
    const arcs = $derived(lab.view === null || layersOf(lab.view).some(([layer]) => layer === 'tunnels'));
    this.layout = $derived(layoutNodes(names === '' ? [] : names.split('\n'), this.#usable, below, { buses, arcs }));
    this.places = $derived(withChosen(this.layout, this.#chosen));
    this.form = $derived(formAt(this.layout.pitch, this.zoom));
    this.box = $derived.by(() => {
      const grows = this.form === this.layout.base && this.zoom > 1;
      return boxAt(this.form, this.layout, grows ? 1 : this.zoom);
    });
    this.inverse = $derived(this.zoom < 1 || this.form !== this.layout.base ? 1 / this.zoom : 1);
  }

  get #usable(): Size {
    if (this.screen.width === 0) return { width: 1096, height: 430 };
    const { width, height } = this.screen;
    return { width, height: height - aboveIn(width) };
  }

  /** Keeps where the user put nodes. */
  choose(moved: readonly (readonly [string, Place])[]): void {
    this.#before.push(this.#chosen);
    this.#keep({ ...this.#chosen, ...Object.fromEntries(moved) });
  }

  /** Puts back what was moved last; false when nothing was. */
  undo(): boolean {
    const before = this.#before.pop();
    if (before !== undefined) this.#keep(before);
    return before !== undefined;
  }

  #keep(chosen: Readonly<Record<string, Place>>): void {
    this.#chosen = chosen;
    keepStored(this.storage, this.lab.name, 'places', chosen);
  }

  /** True where the user put nodes by hand. */
  get arranged(): boolean {
    return Object.keys(this.#chosen).length > 0;
  }

  /** Gives every node its place of the layout back. */
  rearrange(): void {
    this.#before.push(this.#chosen);
    this.#keep({});
  }

  /** The viewport that shows everything, centred, at most at 100 %. */
  fit(): { x: number; y: number; zoom: number } {
    const { bounds } = this.layout;
    const xs = [...this.places.values()].map((at) => at.x);
    const ys = [...this.places.values()].map((at) => at.y);
    const box = formBox[this.layout.base];
    const half = { x: box.width / 2 + sideMargin, y: box.height / 2 + 24 };
    const left = Math.min(bounds.x, ...xs.map((x) => x - half.x));
    const top = Math.min(bounds.y, ...ys.map((y) => y - half.y));
    const right = Math.max(bounds.x + bounds.width, ...xs.map((x) => x + half.x));
    const bottom = Math.max(bounds.y + bounds.height, ...ys.map((y) => y + half.y));
    const { width, height } = this.#usable;
    const above = aboveIn(width);
    const whole = Math.max(0.1, Math.min(1, width / (right - left), height / (bottom - top)));
    // So near to 100 % the margins give way, and text is drawn as it is.
    const zoom = whole > 0.985 ? 1 : whole;
    return {
      zoom,
      x: (width - (right - left) * zoom) / 2 - left * zoom,
      y: above + (height - (bottom - top) * zoom) / 2 - top * zoom,
    };
  }
}

/** Height the legend takes at the top of a canvas so narrow that it has no room beside the other controls (controls.svelte), in CSS pixels. */
function aboveIn(width: number): number {
  return width <= 800 && window.innerWidth > 1200 ? 32 : 0;
}

/** Set by canvas.svelte; nodes and wires read it. */
export const [getCanvas, setCanvas] = createContext<CanvasState>();
