import { observeOvn, type OvnSources } from '../../observe/ovn/observe-ovn.ts';
import type { RecipeInfo } from '../../../shared/recipe.ts';
import { demoParameter, northbound, ovnNetworks, southbound, switchPrivileges } from '../ovn-info.ts';
import type { Recipe } from '../recipe.ts';
import { deploySteps } from './deploy.ts';
import { addSteps, removeSteps } from './resize.ts';

const info: RecipeInfo = {
  kind: 'ovn-raft',
  title: 'OVN on Raft',
  summary:
    'OVN with its Northbound and Southbound databases as Raft clusters, formed with OVN’s own tools on every node.',
  defaultNodes: 3,
  databases: [northbound, southbound],
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
    demoParameter,
  ],
  console: [
    'ovn-nbctl show',
    'ovn-sbctl show',
    'ovs-vsctl show',
    'ovs-appctl -t /var/run/ovn/ovnnb_db.ctl cluster/status OVN_Northbound',
    'ovs-appctl -t /var/run/ovn/ovnsb_db.ctl cluster/status OVN_Southbound',
    'ping -c 3 -I vm1 10.0.0.2',
  ],
  privileges: switchPrivileges,
  canResize: true,
  flows: [],
};

const run = '/var/run/ovn';

const sources: OvnSources = {
  databases: [
    { ...northbound, name: 'OVN_Northbound', socket: `${run}/ovnnb_db.sock`, ctl: `${run}/ovnnb_db.ctl` },
    { ...southbound, name: 'OVN_Southbound', socket: `${run}/ovnsb_db.sock`, ctl: `${run}/ovnsb_db.ctl` },
  ],
  controlSocket: null,
  ovsSocket: '/var/run/openvswitch/db.sock',
};

/** OVN without anything around it: active-active databases on every node, formed by hand as its documentation does. */
export const ovnRaft: Recipe = {
  info,
  image: 'ovn',
  networks: () => ovnNetworks,
  deploy: deploySteps,
  addMember: addSteps,
  removeMember: removeSteps,
  // The node follows its networks by itself (service `underlay`).
  afterRestore: () => [],
  flows: [],
  observe: (context) => observeOvn(context, sources),
};
