import { observeOvn, type OvnSources } from '../../observe/observe-ovn.ts';
import { subnetsOf } from '../../subnets.ts';
import { LabError } from '../../../shared/errors.ts';
import type { RecipeInfo } from '../../../shared/recipe.ts';
import type { Recipe } from '../recipe.ts';
import { deploySteps } from './deploy.ts';
import { addSteps, removeSteps } from './resize.ts';

const info: RecipeInfo = {
  kind: 'ovn-raft',
  title: 'OVN on Raft',
  summary:
    'OVN with its Northbound and Southbound databases as Raft clusters, formed with OVN’s own tools on every node.',
  defaultNodes: 3,
  databases: [
    { id: 'nb', title: 'OVN Northbound', short: 'OVN NB', protocol: 'ovsdb-raft' },
    { id: 'sb', title: 'OVN Southbound', short: 'OVN SB', protocol: 'ovsdb-raft' },
  ],
  parameters: [
    {
      key: 'transport',
      title: 'Transport',
      help: 'How servers and clients of the databases talk. TLS uses certificates issued by ovs-pki on node-1.',
      type: 'choice',
      default: 'tcp',
      choices: [
        { value: 'tcp', title: 'plain TCP' },
        { value: 'ssl', title: 'TLS' },
      ],
    },
    {
      key: 'electionTimer',
      title: 'Election timer',
      help: 'A follower that hears nothing from its leader for this long asks for votes.',
      type: 'integer',
      default: 1000,
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
    'ovn-nbctl show',
    'ovn-sbctl show',
    'ovs-vsctl show',
    'ovs-appctl -t /var/run/ovn/ovnnb_db.ctl cluster/status OVN_Northbound',
    'ovs-appctl -t /var/run/ovn/ovnsb_db.ctl cluster/status OVN_Southbound',
    'ping -c 3 -I vm1 10.0.0.2',
  ],
  privileges: [
    'NET_ADMIN: bridges and addresses inside the node',
    'NET_RAW: packet sockets on the underlay',
    '/dev/net/tun: ports of the userspace datapath',
  ],
  canResize: true,
};

const sources: OvnSources = {
  databases: [
    {
      id: 'nb',
      title: 'OVN Northbound',
      short: 'OVN NB',
      name: 'OVN_Northbound',
      socket: '/var/run/ovn/ovnnb_db.sock',
      ctl: '/var/run/ovn/ovnnb_db.ctl',
    },
    {
      id: 'sb',
      title: 'OVN Southbound',
      short: 'OVN SB',
      name: 'OVN_Southbound',
      socket: '/var/run/ovn/ovnsb_db.sock',
      ctl: '/var/run/ovn/ovnsb_db.ctl',
    },
  ],
  controlSocket: null,
  ovsSocket: '/var/run/openvswitch/db.sock',
};

/** OVN without anything around it: active-active databases on every node, formed by hand as its documentation does. */
export const ovnRaft: Recipe = {
  info,
  image: 'ovn',
  deploy: (request, subnets, image, present) => deploySteps(request, subnets, { name: 'ovn', tag: image }, present),
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
