import { lxdDialect } from '../../electron/recipes/lxd/dialect.ts';
import { lxdSuite } from './lxd-works.ts';
import { recipeSuite } from './recipe-suite.ts';

recipeSuite({ ...lxdSuite(lxdDialect), settings: { offlineThreshold: 11 } });
