import { incusDialect } from '../../electron/recipes/lxd/dialect.ts';
import { lxdSuite } from './lxd-works.ts';
import { recipeSuite } from './recipe-suite.ts';

// Its plans are LXD's with other names.
recipeSuite({ ...lxdSuite(incusDialect), settings: { offlineThreshold: 11 }, short: true });
