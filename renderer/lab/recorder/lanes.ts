import type { LabEvent } from '../../../shared/event.ts';
import { labWords } from '../words.ts';

const words = labWords.recorder;

/** One leadership, or the time without one. */
export interface Bar {
  readonly kind: 'lead' | 'gap';
  /** Milliseconds since 1970 by the backend's clock. */
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
  /** `node-1 · term 3`, `no leader`. */
  readonly label: string;
}

export interface Lane {
  readonly database: string;
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** An event named on the axis. */
export interface Mark {
  readonly at: number;
  readonly words: string;
  readonly danger: boolean;
}

const time = (event: LabEvent): number => Date.parse(event.timestamp);

/**
 * One lane per database: a bar per leadership, a gap where it was seen to have no leader. Before the first word about a database
 * its lane is empty: nothing was seen. A restart of the recorder ends what was open, for nobody looked meanwhile.
 */
export function lanesOf(
  events: readonly LabEvent[],
  databases: readonly { readonly id: string; readonly title: string }[],
): readonly Lane[] {
  return databases.map(({ id, title }) => {
    const bars: Bar[] = [];
    const close = (at: number): void => {
      const last = bars.at(-1);
      if (last?.to === null) bars[bars.length - 1] = { ...last, to: at };
    };
    for (const event of events) {
      if (event.type === 'recorder') close(time(event));
      if (event.type !== 'database' || event.actor_id !== id) continue;
      const next = barOf(event);
      const last = bars.at(-1);
      if (next === null || (last?.to === null && last.kind === next.kind && last.label === next.label)) continue;
      close(next.from);
      bars.push(next);
    }
    return { database: id, title, bars };
  });
}

function barOf(event: LabEvent): Bar | null {
  const term = event.attributes['term'];
  const withTerm = (text: string): string => (term === undefined || term === '' ? text : words.inTerm(text, term));
  if (event.action === 'leader') {
    const node = event.attributes['node'] ?? event.attributes['is'] ?? '';
    return { kind: 'lead', from: time(event), to: null, label: withTerm(node) };
  }
  return event.action === 'no-leader' ? { kind: 'gap', from: time(event), to: null, label: words.noLeader } : null;
}

const bad = new Set(['die', 'stop', 'kill', 'pause', 'cut', 'destroy', 'silent', 'no-leader']);

/** What the axis says of an event; null for what the lanes show already. */
export function eventWords(event: LabEvent): string | null {
  const { type, action, actor_name: name, attributes } = event;
  if (type === 'node') return words.nodeDid(name, words.node[action] ?? action);
  if (type === 'member') {
    if (action === 'added') return words.joined(name);
    if (action === 'removed') return words.left(name);
    return words.nodeDid(name, attributes['is'] ?? action);
  }
  if (type === 'run' && action === 'step') return null;
  if (type === 'run') return action === 'end' ? words.runDid(name, attributes['state'] ?? words.ended) : name;
  return null;
}

/** Every event in a sentence, for the list under the cursor. */
export function eventSentence(event: LabEvent): string {
  const { type, action, actor_name: name, attributes } = event;
  const of = (key: string): string => attributes[key] ?? '';
  const term = of('term') === '' ? '' : words.sentenceTerm(of('term'));
  if (type === 'recorder') return words.observing[action] ?? action;
  if (type === 'database' && action === 'leader') return words.leads(name, of('node'), term);
  if (type === 'database' && action === 'no-leader') return words.leaderless(name, term);
  if (type === 'database') return words.change(name, of('node'), action, of('was'), attributes['is'] ?? of('term'));
  if (type === 'run' && action === 'step') return words.runDid(name, attributes['title'] ?? of('step'));
  return eventWords(event) ?? words.nodeDid(name, action);
}

/**
 * The events named on the axis. The engine reports one death as several events (`kill`, then `die`, perhaps `stop`): of events of one
 * node within a second only the first is named. It also reports `kill` for the signal a stop begins with; then a `stop` follows.
 */
export function marksOf(events: readonly LabEvent[]): readonly Mark[] {
  const marks: Mark[] = [];
  const ended = new Map<string, number>();
  for (const [index, event] of events.entries()) {
    const said = isStop(events, index) ? words.nodeDid(event.actor_name, words.stopped) : eventWords(event);
    if (said === null) continue;
    const at = time(event);
    if (event.type === 'node' && ['kill', 'die', 'stop', 'pause', 'cut', 'silent'].includes(event.action)) {
      const before = ended.get(event.actor_name);
      if (before !== undefined && at - before < 1000) continue;
      ended.set(event.actor_name, at);
    }
    marks.push({ at, words: said, danger: bad.has(event.action) });
  }
  return marks;
}

function isStop(events: readonly LabEvent[], index: number): boolean {
  const event = events[index];
  if (event?.type !== 'node' || event.action !== 'kill') return false;
  const end = events
    .slice(index + 1)
    .find((later) => later.actor_name === event.actor_name && ['stop', 'start', 'kill'].includes(later.action));
  return end?.action === 'stop';
}

const minute = 60_000;
const steps = [
  1000,
  2000,
  5000,
  10_000,
  15_000,
  30_000,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  30 * minute,
  60 * minute,
];

/** Round times for the axis, at most `most` of them, in milliseconds since 1970. */
export function axisTimes(from: number, to: number, most: number): readonly number[] {
  const step = steps.find((candidate) => (to - from) / candidate <= most) ?? 6 * 60 * minute;
  const first = Math.ceil(from / step) * step;
  const times: number[] = [];
  for (let at = first; at <= to; at += step) times.push(at);
  return times;
}

/** What stands at round times: `15:00:30`, or `15:00` where all of them are whole minutes. @param clock a moment as `15:00:30` */
export function axisWords(times: readonly number[], clock: (at: number) => string): readonly string[] {
  const whole = times.every((at) => at % minute === 0);
  return times.map((at) => (whole ? clock(at).slice(0, 5) : clock(at)));
}

/** Half the width of a label on the axis, in CSS pixels, as wide fonts have it. */
export const halfOf = (mark: { readonly words: string }): number => mark.words.length * 3.3 + 6;

/** Where the middle of a label stands on an axis of that width, in CSS pixels: at its event, kept on the axis. */
export function middleOf(mark: Mark, position: (at: number) => number, width: number): number {
  return Math.min(width - halfOf(mark), Math.max(halfOf(mark), position(mark.at) * width));
}

/** Which labels fit on the axis: later and worse ones win over what they would cover. Positions are fractions 0 to 1. */
export function fittingMarks<T extends Mark>(
  marks: readonly T[],
  position: (at: number) => number,
  width: number,
): readonly T[] {
  const taken: [number, number][] = [];
  const fits = (mark: T): boolean => {
    const x = middleOf(mark, position, width);
    const half = halfOf(mark);
    if (taken.some(([left, right]) => x + half > left && x - half < right)) return false;
    taken.push([x - half, x + half]);
    return true;
  };
  const order = [...marks].reverse().sort((a, b) => Number(b.danger) - Number(a.danger));
  const kept = new Set(order.filter(fits));
  return marks.filter((mark) => kept.has(mark));
}

/**
 * Events so near each other are one step: a death comes as `kill`, `die` and `silent`. It is also how long after the engine's word of an
 * event a view that shows it may come, once its nodes are listed anew. In milliseconds.
 */
export const together = 400;

/** The moment of the previous or next step from a moment; null when there is none that way. Null as `from` means live. */
export function stepEvent(events: readonly LabEvent[], from: number | null, way: -1 | 1): number | null {
  const steps: number[] = [];
  for (const event of events) {
    const last = steps.at(-1);
    if (event.type === 'recorder' || (last !== undefined && time(event) - last < together)) continue;
    steps.push(time(event));
  }
  if (way === -1) return steps.filter((at) => from === null || at < from).at(-1) ?? from;
  return from === null ? null : (steps.find((at) => at > from) ?? null);
}

/** The events under the cursor: those within `reach` milliseconds, else the last one before it. */
export function eventsAt(events: readonly LabEvent[], at: number, reach: number): readonly LabEvent[] {
  const near = events.filter((event) => Math.abs(time(event) - at) <= reach);
  if (near.length > 0) return near;
  const before = events.filter((event) => time(event) <= at).at(-1);
  return before === undefined ? [] : [before];
}
