import { observeOvn, type OvnSources } from '../../observe/ovn/observe-ovn.ts';
import type { RecipeInfo } from '../../../shared/recipe.ts';
import { demoParameter, northbound, ovnNetworks, southbound, switchPrivileges } from '../ovn-info.ts';
import type { Recipe } from '../recipe.ts';
import { common } from './commands.ts';
import { deploySteps } from './deploy.ts';
import { addSteps, removeSteps } from './resize.ts';

const cluster = { id: 'cluster', title: 'MicroOVN cluster', short: 'Cluster', protocol: 'ovsdb-raft' } as const;

const info: RecipeInfo = {
  kind: 'microovn',
  title: 'MicroOVN',
  summary: 'A MicroOVN cluster formed as its multi-node tutorial does: bootstrap, tokens, joins.',
  defaultNodes: 3,
  databases: [cluster, northbound, southbound],
  parameters: [
    {
      key: 'electionTimer',
      title: 'OVN election timer',
      help: 'A follower that hears nothing from its leader for this long asks for votes. 16000 ms is what MicroOVN sets.',
      type: 'integer',
      default: 16_000,
      min: 100,
      max: 600_000,
      unit: 'ms',
    },
    demoParameter,
  ],
  console: [
    'microovn status',
    'microovn cluster list',
    'microovn.ovn-nbctl show',
    'microovn.ovn-sbctl show',
    'microovn.ovs-vsctl show',
    `microovn.ovn-appctl -t ${common}/run/ovn/ovnnb_db.ctl cluster/status OVN_Northbound`,
    'ping -c 3 -I vm1 10.0.0.2',
  ],
  privileges: switchPrivileges,
  canResize: true,
  flows: [],
};

/** Paths of an ovsdb-server by the base of its sockets' names. */
const server = (base: string) => ({ socket: `${common}/run/${base}.sock`, ctl: `${common}/run/${base}.ctl` });

const sources: OvnSources = {
  databases: [
    { ...cluster, name: 'MicroOVN', ...server('cluster/db') },
    { ...northbound, name: 'OVN_Northbound', ...server('ovn/ovnnb_db') },
    { ...southbound, name: 'OVN_Southbound', ...server('ovn/ovnsb_db') },
  ],
  controlSocket: `${common}/state/control.socket`,
  ovsSocket: `${common}/run/switch/db.sock`,
};

/** MicroOVN, formed and changed by its own verbs. */
export const microovn: Recipe = {
  info,
  image: 'microovn',
  networks: () => ovnNetworks,
  deploy: deploySteps,
  addMember: addSteps,
  removeMember: removeSteps,
  // The node follows its networks by itself (service `underlay`).
  afterRestore: () => [],
  flows: [],
  observe: (context) => observeOvn(context, sources),
};
