import { lxdDialect } from './dialect.ts';
import { recipeOf } from './recipe-of.ts';

/** LXD 5.0 of Debian 12, formed and changed as its clustering document does. */
export const lxd = recipeOf(lxdDialect);
