import { incus } from './lxd/incus.ts';
import { lxd } from './lxd/lxd.ts';
import { microovn } from './microovn/microovn.ts';
import { ovnRaft } from './ovn-raft/ovn-raft.ts';
import type { Recipe } from './recipe.ts';

/** Every kind of lab, in the order Home shows them. */
export const recipes: ReadonlyMap<string, Recipe> = new Map(
  [microovn, ovnRaft, lxd, incus].map((recipe) => [recipe.info.kind, recipe]),
);
