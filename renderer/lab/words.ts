import { ago } from '../lib/format.ts';

/** `0.3 s ago`; empty below 0.2 s (an answer is then the present) and for null. Both in milliseconds by the same clock. */
export function age(at: number | null, now: number): string {
  return at === null || now - at < 200 ? '' : ago(now - at);
}
