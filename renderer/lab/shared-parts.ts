/**
 * `next`, with every part that equals the same part of `before` replaced by it: what did not change keeps its identity, so that what is
 * derived from it need not be derived anew. Both are JSON; `next` is the caller's own and is changed in place.
 * @returns `before` itself when nothing changed
 */
export function sharedParts<T>(before: T, next: T): T {
  if (before === next) return before;
  if (Array.isArray(before) && Array.isArray(next)) return shareItems(before, next) ? before : next;
  if (isRecord(before) && isRecord(next)) return shareFields(before, next) ? before : next;
  return next;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether all of it is the same. */
function shareItems(before: readonly unknown[], next: unknown[]): boolean {
  let isSame = before.length === next.length;
  for (let index = 0; index < next.length; index += 1) {
    next[index] = sharedParts(before[index], next[index]);
    isSame &&= next[index] === before[index];
  }
  return isSame;
}

function shareFields(before: Record<string, unknown>, next: Record<string, unknown>): boolean {
  let isSame = true;
  for (const name in next) {
    next[name] = sharedParts(before[name], next[name]);
    isSame &&= next[name] === before[name];
  }
  for (const name in before) isSame &&= name in next;
  return isSame;
}
