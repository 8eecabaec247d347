import type { RecipeFlow } from '../../recipe.ts';
import type { Dialect } from '../dialect.ts';
import { daemonFlows } from './daemon.ts';
import { networkFlows, poolFlows } from './defined.ts';
import { evacuateFlows } from './evacuate.ts';
import { instanceFlows } from './instances.ts';
import { leaderFlows } from './leader.ts';
import { leftoverFlows } from './leftover.ts';
import { recoverFlow } from './recover.ts';
import { roleFlows } from './roles.ts';
import { settingFlows } from './settings.ts';
import { upgradeFlow } from './upgrade.ts';
import { volumeFlows } from './volumes.ts';

/** What users of LXD's clustering do, after its document on it, as literal commands. In the order of menus; groups stay together. */
export const lxdFlows = (dialect: Dialect): readonly RecipeFlow[] => [
  ...settingFlows(dialect),
  ...roleFlows(dialect),
  ...evacuateFlows(dialect),
  ...leaderFlows(dialect),
  ...daemonFlows(dialect),
  recoverFlow(dialect),
  ...leftoverFlows(dialect),
  upgradeFlow(dialect),
  ...poolFlows(dialect),
  ...volumeFlows(dialect),
  ...networkFlows(dialect),
  ...instanceFlows(dialect),
];
