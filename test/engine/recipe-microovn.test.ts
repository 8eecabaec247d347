import { ovnSuite } from './ovn-works.ts';
import { recipeSuite } from './recipe-suite.ts';

recipeSuite({ kind: 'microovn', ...ovnSuite });
