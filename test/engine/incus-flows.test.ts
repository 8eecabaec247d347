import { incusDialect } from '../../electron/recipes/lxd/dialect.ts';
import { lxdFlowSuite } from './lxd-flow-suite.ts';

lxdFlowSuite(incusDialect, true);
