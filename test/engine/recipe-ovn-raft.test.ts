import { recipeSuite } from './recipe-suite.ts';

recipeSuite({
  kind: 'ovn-raft',
  settings: { electionTimer: 1000 },
  daemons: ['ovsdb-server', 'ovs-vswitchd', 'ovn-northd', 'ovn-controller'],
});
