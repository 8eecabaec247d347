/**
 * Orders names as people count: runs of digits by their value, the rest by code point, so `n2` comes before `n10`.
 * For `Array.sort`. Equal values with more leading zeros come later.
 */
export function naturalOrder(left: string, right: string): number {
  const lefts = left.match(/\d+|\D+/g) ?? [];
  const rights = right.match(/\d+|\D+/g) ?? [];
  for (let index = 0; index < Math.min(lefts.length, rights.length); index++) {
    const order = compareChunks(lefts[index] ?? '', rights[index] ?? '');
    if (order !== 0) return order;
  }
  return lefts.length - rights.length;
}

function compareChunks(left: string, right: string): number {
  if (!/^\d/.test(left) || !/^\d/.test(right)) return left < right ? -1 : left > right ? 1 : 0;
  const [a, b] = [BigInt(left), BigInt(right)];
  return a < b ? -1 : a > b ? 1 : left.length - right.length;
}
