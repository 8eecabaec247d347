import type { ReplicaKind } from '../../shared/database.ts';
import { homeWords } from './words/home.ts';
import { pageWords } from './words/page.ts';
import { runWords } from './words/run.ts';

/**
 * Every word of the page that the software itself does not print. A second language is a second object of this type. Sentences that take
 * a value are functions, so that each language orders them its own way. Rules: section 8 of the design language.
 */
export const words = {
  product: 'Quorate',

  glyph: {
    leader: 'leads',
    voter: 'votes',
    candidate: 'asks for votes',
    joining: 'joining',
    frozen: 'paused',
    unknown: 'unknown',
    gone: 'gone',
    none: 'none',
    standby: 'stand-by',
    spare: 'spare',
    active: 'active',
  } satisfies Record<ReplicaKind | 'active', string>,

  common: {
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    lookAgain: 'Look again',
    more: (name: string) => `More about ${name}`,
    home: 'Home',
  },

  ...pageWords,
  ...homeWords,
  ...runWords,
} as const;
