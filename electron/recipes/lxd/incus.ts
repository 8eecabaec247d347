import { incusDialect } from './dialect.ts';
import { recipeOf } from './recipe-of.ts';

/** Incus 6.0 of Debian 13: LXD's plans with its own names. */
export const incus = recipeOf(incusDialect);
