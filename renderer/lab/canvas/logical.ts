import type { LogicalPortView, LogicalView } from '../../../shared/lab.ts';
import { count } from '../../lib/format.ts';
import { formBox } from './form.ts';
import { arcsBelow, type Layout, type Place } from './layout.ts';

export interface PortPill {
  readonly key: string;
  readonly name: string;
  /** Address, or the number of ports it stands for. */
  readonly detail: string;
  readonly node: string;
  readonly place: Place;
  /** False where a port is down; null while unknown. */
  readonly up: boolean | null;
  /** From the node to the port, and on to its switch. */
  readonly path: string;
}

export interface SwitchPill {
  readonly key: string;
  readonly name: string;
  readonly kind: 'switch' | 'router';
  /** `logical switch · 3 ports, all bound` */
  readonly detail: string;
  readonly left: number;
  readonly width: number;
  readonly y: number;
}

/** A switch port of type `router`: from its switch down to the router. */
export interface RouterLink {
  readonly key: string;
  readonly path: string;
}

export interface LogicalDrawing {
  readonly ports: readonly PortPill[];
  readonly bars: readonly SwitchPill[];
  readonly links: readonly RouterLink[];
  /** What is not drawn, in words; empty when everything is. */
  readonly more: string;
  /** Room it takes beneath the nodes, in world units. */
  readonly height: number;
}

const most = 3;
const firstPort = 34;
const barDrop = 44;
const perSwitch = 92;
const perRouter = 44;
/** For the words of what is not drawn. */
const moreRoom = 20;

/** Height of the logical layer beneath the arcs, before anything is laid out; in world units. */
export function logicalHeight(logical: LogicalView, withPorts: boolean): number {
  const switches = Math.min(most, logical.switches.length) * (withPorts ? perSwitch : perRouter);
  const routers = Math.min(most, logical.routers.length) * perRouter;
  const isCut = logical.switches.length > most || logical.routers.length > most;
  return switches + routers === 0 ? 64 : switches + routers + (isCut ? moreRoom : 0);
}

/** Whether single ports are drawn: only under one row of cards, where each hangs from its own node. */
export const drawsPorts = (layout: Layout): boolean =>
  layout.rows.length <= 1 && (layout.base === 'card' || layout.base === 'small');

/** The logical layer beneath the nodes: per switch its bound ports, each under its node, then the switch; routers last. */
export function logicalDrawing(
  layout: Layout,
  places: ReadonlyMap<string, Place>,
  logical: LogicalView,
): LogicalDrawing {
  const lowest = Math.max(...layout.rows, ...[...places.values()].map((at) => at.y), 0);
  const floor = lowest + formBox[layout.base].height / 2 + arcsBelow(layout);
  const withPorts = drawsPorts(layout);
  const left = layout.bounds.x + 16;
  const width = layout.bounds.width - 32;
  const inset = Math.min(64, width / 12);
  const ports: PortPill[] = [];
  const bars: SwitchPill[] = [];
  let y = floor;
  for (const entry of logical.switches.slice(0, most)) {
    const bar = y + (withPorts ? firstPort + barDrop : 32);
    const own = logical.ports.filter((port) => port.parent === entry.name);
    if (withPorts) ports.push(...portPills(own, places, y + firstPort, bar, layout));
    bars.push({
      key: `switch ${entry.name}`,
      name: entry.name,
      kind: 'switch',
      detail: `logical switch · ${portWords(own, entry.ports)}`,
      left: left + inset,
      width: width - 2 * inset,
      y: bar,
    });
    y += withPorts ? perSwitch : perRouter;
  }
  for (const entry of logical.routers.slice(0, most)) {
    const bar = y + 32;
    bars.push({
      key: `router ${entry.name}`,
      name: entry.name,
      kind: 'router',
      detail: `logical router · ${count(entry.ports, 'port')}`,
      left: left + 2 * inset,
      width: width - 4 * inset,
      y: bar,
    });
    y += perRouter;
  }
  const hidden = [
    logical.switches.length > most ? `${count(logical.switches.length - most, 'switch', 'switches')} more` : '',
    logical.routers.length > most ? `${count(logical.routers.length - most, 'router')} more` : '',
  ].filter((words) => words !== '');
  return {
    ports,
    bars,
    links: routerLinks(logical, bars),
    more: hidden.join(', '),
    height: y - floor + (hidden.length > 0 ? moreRoom : 0),
  };
}

/** Lines between the bars that are drawn, spread over each router so that no two lie on each other. */
function routerLinks(logical: LogicalView, bars: readonly SwitchPill[]): readonly RouterLink[] {
  const routerOf = new Map(logical.ports.map((port) => [port.name, port.parent]));
  const ends = logical.ports.flatMap((port) => {
    const router = port.peer === undefined ? undefined : routerOf.get(port.peer);
    const from = bars.find((bar) => bar.kind === 'switch' && bar.name === port.parent);
    const to = bars.find((bar) => bar.kind === 'router' && bar.name === router);
    return from === undefined || to === undefined ? [] : [{ key: `link ${port.parent} ${port.name}`, from, to }];
  });
  return ends.map(({ key, from, to }) => {
    const own = ends.filter((end) => end.to === to);
    const place = own.findIndex((end) => end.key === key) + 1;
    const x = to.left + (to.width * place) / (own.length + 1);
    return { key, path: `M${String(x)} ${String(from.y)}V${String(to.y)}` };
  });
}

function portWords(ports: readonly LogicalPortView[], total: number): string {
  const plain = ports.filter((port) => port.type === '');
  const bound = plain.filter((port) => port.node !== null).length;
  const other = total - plain.length;
  const words = total === 0 ? 'no ports' : count(total, 'port');
  if (plain.length === 0) return words;
  const down = plain.filter((port) => port.node !== null && port.up === false).length;
  const where = bound === plain.length ? 'all bound' : `${String(bound)} bound`;
  const state = down > 0 ? `${where}, ${String(down)} down` : where;
  return `${words}, ${state}${other > 0 ? `, ${String(other)} to routers or networks` : ''}`;
}

function portPills(
  ports: readonly LogicalPortView[],
  places: ReadonlyMap<string, Place>,
  y: number,
  bar: number,
  layout: Layout,
): PortPill[] {
  const byNode = new Map<string, LogicalPortView[]>();
  for (const port of ports) {
    if (port.node === null || port.type !== '') continue;
    byNode.set(port.node, [...(byNode.get(port.node) ?? []), port]);
  }
  const room = layout.base === 'card' ? 2 : 1;
  return [...byNode].flatMap(([node, own]) => {
    const at = places.get(node);
    const first = own[0];
    if (at === undefined || first === undefined) return [];
    const shown = own.length > room ? [null] : own;
    return shown.map((port, index): PortPill => {
      const x = at.x + (index - (shown.length - 1) / 2) * 150;
      return {
        key: `port ${first.parent} ${port?.name ?? node}`,
        name: port?.name ?? `${String(own.length)} ports`,
        detail: port === null ? '' : ipOf(port.addresses),
        node,
        place: { x, y },
        up: port === null ? own.every((one) => one.up === true) : port.up,
        path: `M${String(x)} ${String(at.y)}V${String(bar)}`,
      };
    });
  });
}

/** The IPv4 address among OVN's address lists, e.g. `10.0.0.1` of `00:00:00:00:00:01 10.0.0.1`; empty when there is none. */
export function ipOf(addresses: readonly string[]): string {
  return /(?:^|\s)(\d+\.\d+\.\d+\.\d+)(?:\/\d+)?(?:\s|$)/.exec(addresses.join(' '))?.[1] ?? '';
}
