import type { EntitiesView, EntityView, MemberView } from '../../../shared/lab.ts';
import type { FlowInfo } from '../../../shared/recipe.ts';
import type { RecipeCard } from '../../../shared/rpc.ts';

/** What an LXD lab has beside its nodes, for looking at its screen without containers. Never part of the product. */

const flow = (group: string, id: string, title: string, help: string, more: Partial<FlowInfo> = {}): FlowInfo => ({
  id,
  title,
  help,
  group,
  on: 'lab',
  parameters: [],
  ...more,
});

const flows: readonly FlowInfo[] = [
  flow('Settings', 'max-voters', 'Set cluster.max_voters', 'How many members vote. LXD takes odd numbers from 3 on.', {
    parameters: [
      { key: 'value', title: 'Value', help: '', type: 'integer', default: 5, min: -99, max: 99, unit: 'members' },
    ],
  }),
  flow('Settings', 'max-standby', 'Set cluster.max_standby', 'How many members keep a copy without a vote.'),
  flow('Settings', 'offline-threshold', 'Set cluster.offline_threshold', 'After how many seconds a member is Offline.'),
  flow('Members', 'failure-domain', 'Set failure domain', 'LXD keeps the votes in different domains.', {
    on: 'node',
    parameters: [
      { key: 'domain', title: 'Domain', help: 'A name.', type: 'text', default: '', max: 63, required: true },
    ],
  }),
  flow('Members', 'force-remove', 'Force-remove a dead member', 'For a member that will not come back.', {
    on: 'node',
    loses: 'Everything the member held: its instances and their data.',
  }),
  flow('Availability', 'shut-down', 'Shut down the leader', 'It hands over before it goes.'),
  flow('Availability', 'kill', 'Kill the leader’s process', 'The others notice after an election timer.'),
  flow('Recovery', 'recover', 'Recover from quorum loss', 'list-database, recover-from-quorum-loss, start.', {
    on: 'node',
    loses: 'What the lost members had that this one had not.',
  }),
  flow('Storage', 'pool', 'Create a storage pool', 'Defined on each member, then created.', {
    parameters: [
      { key: 'name', title: 'Name', help: '', type: 'text', default: 'data', max: 63 },
      { key: 'early', title: 'Create too early', help: 'Shows what LXD says to it.', type: 'boolean', default: true },
    ],
  }),
  flow('Storage', 'volumes', 'Same-named volumes', 'Two volumes called web, on two members.'),
  flow('Instances', 'launch', 'Launch an instance', 'From the image in the node.', {
    parameters: [
      {
        key: 'target',
        title: 'Target',
        help: 'Left to LXD, it goes where the fewest are.',
        type: 'choice',
        default: 'any',
        choices: [
          { value: 'any', title: 'left to LXD' },
          { value: 'node-2', title: 'node-2' },
        ],
      },
    ],
  }),
  flow('Instances', 'exec', 'Run a command in one', 'From another member than it runs on.', { on: 'node' }),
  flow('Instances', 'pull', 'Pull a file', 'From an instance on another member.'),
  flow('Instances', 'delete', 'Delete an instance', 'Stops it first.', { loses: 'The instance and its data.' }),
  flow('Preseeds', 'preseeds', 'Show the preseeds', 'As they were used.'),
];

const mono = { type: 'text', default: '', max: 8192, lines: true } as const;

/** Recipe as Home and the forms have it. @param kind `lxd` or `incus` */
export const lxdRecipe = (kind: 'lxd' | 'incus'): RecipeCard => ({
  kind,
  title: kind === 'lxd' ? 'LXD' : 'Incus',
  summary: `${kind === 'lxd' ? 'LXD 5.0' : 'Incus 6'} on its own dqlite: voters, stand-bys and spares, up to nine nodes.`,
  defaultNodes: 3,
  databases: [
    { id: 'dqlite', title: kind === 'lxd' ? 'LXD database' : 'Incus database', short: 'dqlite', protocol: 'dqlite' },
  ],
  parameters: [
    {
      key: 'form',
      title: 'Form the cluster',
      help: 'Off: fresh nodes, to form by hand.',
      type: 'boolean',
      default: true,
    },
    {
      key: 'join',
      title: 'Join by',
      help: '',
      type: 'choice',
      default: 'token',
      choices: [
        { value: 'token', title: 'token' },
        { value: 'password', title: 'trust password' },
      ],
    },
    {
      key: 'instances',
      title: 'Run instances',
      help: 'Without it they can be created, not started.',
      type: 'boolean',
      default: false,
    },
    {
      key: 'separate',
      title: 'Separate API network',
      help: 'A second address per node.',
      type: 'boolean',
      default: false,
    },
    {
      key: 'offlineThreshold',
      title: 'Offline after',
      help: 'At least 11.',
      type: 'integer',
      default: 20,
      min: 11,
      max: 3600,
      unit: 's',
    },
    { key: 'bootstrapPreseed', title: 'Preseed of the first node', help: 'Left empty: Quorate’s own.', ...mono },
    { key: 'joinPreseed', title: 'Preseed of the others', help: 'Left empty: Quorate’s own.', ...mono },
  ],
  console: ['lxc cluster list', 'lxd init', 'lxd cluster show', 'lxc storage list'],
  privileges: [
    { text: 'NET_ADMIN: bridges inside the node.' },
    { text: 'An unmasked /proc: LXD sets kernel parameters of its bridges.' },
    { text: 'SYS_ADMIN: mounts and namespaces of instances.', with: 'instances' },
    { text: 'No seccomp and no AppArmor profile: an instance changes its root.', with: 'instances' },
  ],
  canResize: true,
  flows,
  image: kind === 'lxd' ? 'ready' : 'to-build',
});

const thing = (
  kind: string,
  name: string,
  state: string | null,
  nodes: readonly string[],
  facts: EntityView['facts'] = [],
): EntityView => ({
  kind,
  name,
  state,
  pending: state === 'Pending',
  on: nodes.map((node) => ({ node, state: null })),
  facts,
});

/** What such a lab keeps, on nodes of these names. */
export function kept(nodes: readonly string[], how: 'full' | 'little' | 'nothing' | 'old'): EntitiesView {
  const [one = '', two = one, three = two] = nodes;
  const little = [
    thing('storage pool', 'local', 'Created', nodes, [{ label: 'Driver', value: 'dir' }]),
    thing('network', 'lxdbr0', 'Created', nodes, [{ label: 'Type', value: 'bridge' }]),
  ];
  const full = [
    thing('instance', 'c1', 'Running', [one], [{ label: 'Type', value: 'container' }]),
    thing('instance', 'c2', 'Stopped', [two], [{ label: 'Type', value: 'container' }]),
    thing('instance', 'web-1', 'Running', [three]),
    thing('instance', 'web-2', 'Running', [three]),
    ...little,
    thing('storage pool', 'data', 'Pending', [one, two], [{ label: 'Driver', value: 'dir' }]),
    thing('image', 'tiny', null, [one, two], [{ label: 'Fingerprint', value: '4f0a1c9e2b77' }]),
    thing('storage volume', 'web', null, [one]),
    thing('storage volume', 'web', null, [two]),
  ];
  return {
    source: 'lxc query',
    observedAt: Date.now() - (how === 'old' ? 42_000 : 900),
    answers: how !== 'old',
    entities: how === 'nothing' ? [] : how === 'little' ? little : full,
  };
}

/** A member as LXD lists it. */
export function listed(name: string, index: number, status: string, domain: string, leads: boolean): MemberView {
  return {
    source: 'lxc cluster list',
    observedAt: Date.now() - 900,
    answers: true,
    name,
    address: `172.28.31.${String(11 + index)}:8443`,
    role: leads ? 'database-leader, database' : index < 3 ? 'database' : index < 5 ? 'database-standby' : '',
    status,
    message: status === 'Online' ? 'Fully operational' : 'No heartbeat for 21.3s (2026-11-21 12:20:37)',
    facts: [
      { label: 'Failure domain', value: domain },
      { label: 'Groups', value: 'default' },
    ],
  };
}
