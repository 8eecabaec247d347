import { ago } from '../lib/format.ts';
import { breakWords } from './words/breaking.ts';
import { entityWords } from './words/entities.ts';
import { flowWords } from './words/flows.ts';
import { screenWords } from './words/screen.ts';
import { sideWords } from './words/side.ts';

/** `0.3 s ago`; empty below 0.2 s (an answer is then the present) and for null. Both in milliseconds by the same clock. */
export function age(at: number | null, now: number): string {
  return at === null || now - at < 200 ? '' : ago(now - at);
}

/** The words of the lab's screen, as `lib/words.ts` holds those of the rest; moments are milliseconds since 1970. */
export const labWords = { ...screenWords, ...sideWords, ...breakWords, ...flowWords, ...entityWords } as const;
