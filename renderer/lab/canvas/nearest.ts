import type { Place } from './layout.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The node an arrow key goes to: the nearest one that lies mainly that way (within 45 degrees), else the nearest that lies that way at
 * all; null when there is none. Sideways distance counts double, so a row is walked before another row is entered.
 */
export function nearestNode(places: ReadonlyMap<string, Place>, from: string, direction: Direction): string | null {
  const origin = places.get(from);
  if (origin === undefined) return null;
  let best: { name: string; cost: number } | null = null;
  for (const [name, at] of places) {
    if (name === from) continue;
    const dx = at.x - origin.x;
    const dy = at.y - origin.y;
    const ahead = direction === 'left' ? -dx : direction === 'right' ? dx : direction === 'up' ? -dy : dy;
    const aside = Math.abs(direction === 'left' || direction === 'right' ? dy : dx);
    if (ahead <= 0) continue;
    const cost = ahead + 2 * aside + (aside > ahead ? 1e6 : 0);
    if (best === null || cost < best.cost) best = { name, cost };
  }
  return best?.name ?? null;
}
