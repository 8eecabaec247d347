import type { EntityView } from '../../../shared/lab.ts';
import { count, listed } from '../../lib/format.ts';
import { labWords } from '../words.ts';
import { formBox } from './form.ts';
import { arcsBelow, type Layout, type Place } from './layout.ts';

const words = labWords.entities;

/** What one node alone holds, under its card. */
export interface EntityPill {
  readonly key: string;
  readonly name: string;
  readonly state: string;
  readonly pending: boolean;
  readonly node: string;
  readonly place: Place;
  /** The widest it may be, in world units. */
  readonly room: number;
  /** From the card to the pill. */
  readonly path: string;
}

/** What several nodes hold, or may: one bar beneath all, with a dot under each node that holds it. */
export interface EntityBar {
  readonly key: string;
  readonly name: string;
  /** `storage pool · Pending · node-1 and node-2` */
  readonly detail: string;
  readonly pending: boolean;
  readonly left: number;
  readonly width: number;
  readonly y: number;
  readonly dots: readonly { readonly node: string; readonly x: number }[];
}

export interface EntityDrawing {
  readonly pills: readonly EntityPill[];
  readonly bars: readonly EntityBar[];
  /** One line per node, as far down as the lowest bar it holds. */
  readonly lines: readonly { readonly node: string; readonly path: string }[];
  /** What is not drawn, in words; empty when everything is. */
  readonly more: string;
  readonly height: number;
}

/** In world units: pills, bars, and the words of what is not drawn. */
const room = { pills: 42, firstBar: 36, bar: 36, more: 22, none: 56 };

/** One thing, or with `group` all of a kind that stand on one node each: `on` then has their words in place of states. */
type Barred = EntityView & { readonly group?: true };

/** What stands under its own node, and what stands beneath all. */
export interface Sorted {
  readonly own: readonly EntityView[];
  readonly shared: readonly Barred[];
}

/** With more nodes than this there is no room under each: they stand in several rows. */
const mostWithPills = 4;

/**
 * A kind of which anything is on several nodes is shared whole, so that a storage pool is not once a bar and once a pill; so is what is not
 * yet created. What is pending comes first: it waits for its user.
 * @param nodes how many there are
 */
export function sorted(entities: readonly EntityView[], nodes: number): Sorted {
  const kinds = new Set(entities.filter(({ on, pending }) => on.length > 1 || pending).map(({ kind }) => kind));
  const isShared = ({ on, kind, name }: EntityView): boolean =>
    on.length !== 1 || (kinds.has(kind) && !alike(entities, kind, name));
  const shared = entities.filter(isShared);
  const own = entities.filter((entity) => !isShared(entity));
  const [waiting, there] = [shared.filter(({ pending }) => pending), shared.filter(({ pending }) => !pending)];
  if (nodes <= mostWithPills) return { own, shared: [...waiting, ...there] };
  return { own: [], shared: [...waiting, ...grouped(own), ...there] };
}

function grouped(own: readonly EntityView[]): readonly Barred[] {
  return [...new Set(own.map(({ kind }) => kind))].flatMap((kind): readonly Barred[] => {
    const all = own.filter((one) => one.kind === kind);
    const [first] = all;
    if (first === undefined || all.length === 1) return all;
    const on = all.map(({ name, state, on: [at] }) => ({
      node: at?.node ?? '',
      state: words.at(`${name} ${state ?? ''}`.trim(), at?.node ?? ''),
    }));
    return [{ ...first, name: count(all.length, kind), state: null, on, facts: [], group: true }];
  });
}

/** Same-named volumes on two members are two things. */
function alike(entities: readonly EntityView[], kind: string, name: string): boolean {
  return entities.filter((other) => other.kind === kind && other.name === name).length > 1;
}

/** Height of the layer beneath the nodes, before anything is laid out. @param most bars that are drawn */
export function entitiesHeight(entities: readonly EntityView[], most: number, nodes: number): number {
  const { own, shared } = sorted(entities, nodes);
  const bars = Math.min(most, shared.length);
  if (own.length + bars === 0) return room.none;
  const pills = own.length > 0 ? room.pills : 0;
  // A line for what is not drawn, or of when it was last seen.
  return pills + (bars === 0 ? 0 : room.firstBar + (bars - 1) * room.bar + 16) + room.more;
}

/** The layer as drawn: pills hang from their nodes wherever these are; bars lie beneath all of them. */
export function entityDrawing(
  layout: Layout,
  places: ReadonlyMap<string, Place>,
  entities: readonly EntityView[],
  most: number,
): EntityDrawing {
  const { own, shared } = sorted(entities, places.size);
  const half = formBox[layout.base].height / 2;
  const lowest = Math.max(...layout.rows, ...[...places.values()].map((at) => at.y), 0);
  const floor = lowest + half + arcsBelow(layout);
  const first = floor + (own.length > 0 ? room.pills : 0) + room.firstBar;
  const inset = Math.min(64, layout.bounds.width / 12);
  const bars = shared.slice(0, most).map((entity, index): EntityBar => {
    const holders = entity.on.flatMap(({ node }) => {
      const at = places.get(node);
      return at === undefined ? [] : [{ node, x: at.x }];
    });
    return {
      key: `${entity.kind} ${entity.name}`,
      name: entity.name,
      detail: detailOf(entity, places.size),
      pending: entity.pending,
      left: layout.bounds.x + 16 + inset,
      width: layout.bounds.width - 32 - 2 * inset,
      y: first + index * room.bar,
      dots: layout.rows.length === 1 ? holders : [],
    };
  });
  return {
    pills: [...places].flatMap(([node, at]) => pillsOf(node, at, half, own, layout)),
    bars,
    lines: linesTo(bars, places),
    more: moreWords(shared.slice(most)),
    height: entitiesHeight(entities, most, places.size),
  };
}

function linesTo(bars: readonly EntityBar[], places: ReadonlyMap<string, Place>): EntityDrawing['lines'] {
  return [...places].flatMap(([node, at]) => {
    const last = bars.findLast((bar) => bar.dots.some((dot) => dot.node === node));
    return last === undefined ? [] : [{ node, path: `M${String(at.x)} ${String(at.y)}V${String(last.y)}` }];
  });
}

function pillsOf(node: string, at: Place, half: number, own: readonly EntityView[], layout: Layout): EntityPill[] {
  const here = own.filter(({ on }) => on[0]?.node === node);
  const fits = layout.base === 'card' ? 2 : 1;
  const y = at.y + half + 26;
  const pill = (key: string, name: string, state: string, pending: boolean, x: number): EntityPill => ({
    key: `${node} ${key}`,
    name,
    state,
    pending,
    node,
    place: { x, y },
    room: here.length === 1 || here.length > fits ? layout.pitch.width - 24 : 150,
    path: `M${String(x)} ${String(at.y)}V${String(y)}`,
  });
  if (here.length > fits)
    return [
      pill(
        'all',
        inShort(here),
        '',
        here.some((one) => one.pending),
        at.x,
      ),
    ];
  return here.map((entity, index) => {
    const x = at.x + (index - (here.length - 1) / 2) * 158;
    return pill(`${entity.kind} ${entity.name}`, entity.name, entity.state ?? entity.kind, entity.pending, x);
  });
}

/** Their names while these are short, else how many there are of each kind. */
export function inShort(entities: readonly EntityView[]): string {
  const names = entities.map(({ name }) => name).join(', ');
  return names.length <= 24 ? names : countKinds(entities);
}

/** `3 instances, 1 storage volume` */
export function countKinds(entities: readonly EntityView[]): string {
  const kinds = [...new Set(entities.map(({ kind }) => kind))];
  return kinds.map((kind) => count(entities.filter((one) => one.kind === kind).length, kind)).join(', ');
}

function moreWords(hidden: readonly Barred[]): string {
  const single = hidden.filter(({ group }) => group === undefined);
  const groups = hidden.flatMap(({ group, name }) => (group === undefined ? [] : [name]));
  return hidden.length === 0
    ? ''
    : words.more([...groups, countKinds(single)].filter((part) => part !== '').join(', '));
}

/** `storage pool · Created · all 3 nodes`; a state that its nodes do not share is told with each. */
export function detailOf(entity: Barred, nodes: number): string {
  if (entity.group) return entity.on.map(({ state }) => state ?? '').join(', ');
  const differ = new Set(entity.on.map(({ state }) => state ?? entity.state)).size > 1;
  const where = differ
    ? entity.on.map(({ node, state }) => `${node} ${state ?? ''}`.trim()).join(', ')
    : entity.on.length === nodes && nodes > 1
      ? words.onAll(nodes)
      : entity.on.length === 0
        ? words.onNone
        : listed(entity.on.map(({ node }) => node));
  return [entity.kind, entity.state ?? '', where].filter((part) => part !== '').join(' · ');
}
