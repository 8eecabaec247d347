/** Text of times and counts, English, the same on every screen. */

/** How long ago, e.g. `0.3 s ago`, `14 s ago`, `3 min ago`, `2 h ago`. `ms` below 0 counts as 0. */
export function ago(ms: number): string {
  return `${span(ms)} ago`;
}

/** A length of time in one unit, e.g. `0.3 s`, `14 s`, `3 min`, `2 h`, `5 days`. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  if (seconds < 3570) return `${Math.round(seconds / 60)} min`;
  if (seconds < 84_600) return `${Math.round(seconds / 3600)} h`;
  const days = Math.round(seconds / 86_400);
  return days === 1 ? '1 day' : `${days} days`;
}

/** How long a step took: two digits below 10 s, then as {@link span}, e.g. `0.38 s`, `12.4 s`, `2 min 5 s`. */
export function took(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** Wall clock of this machine, e.g. `12:18:07`. */
export function clockTime(at: number): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `1 node`, `3 nodes`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** MiB as people say it, e.g. `256 MiB`, `1.5 GiB`. */
export function memory(mib: number): string {
  if (mib < 1024) return `${Math.round(mib)} MiB`;
  const gib = mib / 1024;
  return `${gib < 10 && gib % 1 !== 0 ? gib.toFixed(1) : Math.round(gib)} GiB`;
}
