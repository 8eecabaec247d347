import { recipeSuite } from './recipe-suite.ts';

// The product's own 16 s would make each election of this suite as long.
recipeSuite({
  kind: 'microovn',
  settings: { electionTimer: 1000 },
  daemons: ['ovsdb-server', 'ovs-vswitchd', 'ovn-northd', 'ovn-controller'],
});
