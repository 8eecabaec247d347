import { observeOvn, type OvnSources } from '../../observe/observe-ovn.ts';
import { subnetsOf } from '../../subnets.ts';
import { LabError } from '../../../shared/errors.ts';
import type { RecipeInfo } from '../../../shared/recipe.ts';
import type { Recipe } from '../recipe.ts';
import { common } from './commands.ts';
import { deploySteps } from './deploy.ts';
import { addSteps, removeSteps } from './resize.ts';

const info: RecipeInfo = {
  kind: 'microovn',
  title: 'MicroOVN',
  summary: 'A MicroOVN cluster formed as its multi-node tutorial does: bootstrap, tokens, joins.',
  defaultNodes: 3,
  databases: [
    { id: 'cluster', title: 'MicroOVN cluster', short: 'Cluster', protocol: 'ovsdb-raft' },
    { id: 'nb', title: 'OVN Northbound', short: 'OVN NB', protocol: 'ovsdb-raft' },
    { id: 'sb', title: 'OVN Southbound', short: 'OVN SB', protocol: 'ovsdb-raft' },
  ],
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
    {
      key: 'demo',
      title: 'Demo workloads',
      help: 'One logical switch with a workload port per node, so that pings can be seen to cross.',
      type: 'boolean',
      default: true,
    },
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
  privileges: [
    'NET_ADMIN: bridges and addresses inside the node',
    'NET_RAW: packet sockets on the underlay',
    '/dev/net/tun: ports of the userspace datapath',
  ],
  canResize: true,
};

const database = (id: 'nb' | 'sb' | 'cluster', name: string, base: string) => ({
  id,
  title: info.databases.find((one) => one.id === id)?.title ?? id,
  short: info.databases.find((one) => one.id === id)?.short ?? id,
  name,
  socket: `${common}/run/${base}.sock`,
  ctl: `${common}/run/${base}.ctl`,
});

const sources: OvnSources = {
  databases: [
    database('cluster', 'MicroOVN', 'cluster/db'),
    database('nb', 'OVN_Northbound', 'ovn/ovnnb_db'),
    database('sb', 'OVN_Southbound', 'ovn/ovnsb_db'),
  ],
  controlSocket: `${common}/state/control.socket`,
  ovsSocket: `${common}/run/switch/db.sock`,
};

/** MicroOVN, formed and changed by its own verbs. */
export const microovn: Recipe = {
  info,
  image: 'microovn',
  deploy: (request, subnets, image, present) =>
    deploySteps(request, subnets, { name: 'microovn', tag: image }, present),
  addMember: addSteps,
  removeMember: (request, present, node, force) => {
    const subnets = subnetsOf(present.found);
    if (subnets === null) throw new LabError('engine/not-found', `The networks of ${request.name} are not there.`);
    return removeSteps(request, subnets, present, node, force);
  },
  // The node follows its networks by itself (service `underlay`).
  afterRestore: () => [],
  observe: (context) => observeOvn(context, sources),
};
