import type { Privilege, RecipeInfo } from '../../../shared/recipe.ts';
import type { Parameter } from '../../../shared/request.ts';
import type { RecipeFlow } from '../recipe.ts';
import type { Dialect } from './dialect.ts';
import { placeholders } from './preseed.ts';
import { defaultThreshold } from './settings.ts';

/** The database of members, instances, pools and networks, as every screen shows it. */
export const databaseOf = ({ title }: Dialect) =>
  ({ id: 'dqlite', title: `${title} database`, short: 'dqlite', protocol: 'dqlite' }) as const;

/** What Home and the command line show of LXD or Incus. */
export function infoOf(dialect: Dialect, flows: readonly RecipeFlow[]): RecipeInfo {
  const { kind, title, client } = dialect;
  const admin = dialect.admin.join(' ');
  return {
    kind,
    title,
    summary: summaries[kind],
    defaultNodes: 3,
    databases: [databaseOf(dialect)],
    parameters: parametersOf(dialect),
    console: [
      `${client} cluster list`,
      `${client} cluster show node-1`,
      `${admin} cluster list-database`,
      `${admin} sql local "SELECT * FROM raft_nodes"`,
      `${client} config show`,
      `${client} storage list`,
      `${client} network list`,
      `${client} list`,
      `${admin} init`,
    ],
    privileges: privilegesOf(dialect),
    canResize: true,
    flows: flows.map(({ info }) => info),
  };
}

const summaries = {
  lxd: 'An LXD cluster formed by preseed as its clustering document does: bootstrap, tokens, joins, one after the other.',
  incus: 'An Incus cluster formed by preseed as LXD’s is: bootstrap, tokens, joins, one after the other.',
} as const;

function parametersOf({ admin, title, hasPassword }: Dialect): readonly Parameter[] {
  const init = `${admin.join(' ')} init`;
  const words = placeholders.filter((word) => hasPassword || word !== 'PASSWORD').map((word) => `$${word}`);
  return [
    {
      key: 'form',
      title: 'Form the cluster',
      help: `Without it the nodes are left fresh, each with its daemon, for \`${init}\` by hand in a terminal.`,
      type: 'boolean',
      default: true,
    },
    ...(hasPassword
      ? [
          {
            key: 'join',
            title: 'Nodes join by',
            help: 'A token names one node and is good once. The trust password is good for every node that also has the certificate of the cluster.',
            type: 'choice' as const,
            default: 'token',
            choices: [
              { value: 'token', title: 'a token each' },
              { value: 'password', title: 'the trust password' },
            ],
          },
        ]
      : []),
    {
      key: 'instances',
      title: 'Run instances',
      help: 'Containers can be started in the nodes. That takes more privileges; without it they can be created, and all of the cluster works.',
      type: 'boolean',
      default: false,
    },
    {
      key: 'separate',
      title: 'Separate networks',
      help: 'Clients reach the REST API on a network of its own (core.https_address), members talk on the other (cluster.https_address).',
      type: 'boolean',
      default: false,
    },
    {
      key: 'offlineThreshold',
      title: 'Offline threshold',
      help: `A member without a heartbeat for this long is Offline (cluster.offline_threshold). ${title} has ${defaultThreshold} s and takes no less than 11.`,
      type: 'integer',
      default: defaultThreshold,
      min: 11,
      max: 3600,
      unit: 's',
    },
    {
      key: 'bootstrapPreseed',
      title: 'Bootstrap preseed',
      help: `Your own YAML for \`${init} --preseed\` on the first node; empty for Quorate’s. ${words.join(', ')} are filled in.`,
      type: 'text',
      default: '',
      max: 20_000,
      lines: true,
    },
    {
      key: 'joinPreseed',
      title: 'Join preseed',
      help: `Your own YAML for every further node; empty for Quorate’s. It needs $NODE and $ADDRESS, since each node has its own.`,
      type: 'text',
      default: '',
      max: 20_000,
      lines: true,
    },
  ];
}

function privilegesOf({ title }: Dialect): readonly Privilege[] {
  return [
    { text: `NET_ADMIN: bridges of ${title} networks` },
    { text: 'NET_RAW: dnsmasq announces IPv6 prefixes; ping' },
    { text: `writable /proc/sys/net: ${title} sets the settings of its bridges` },
    { text: `CHOWN, DAC_OVERRIDE: the socket of ${title} belongs to a group, files of instances to other users` },
    { text: 'SETUID, SETGID, KILL: dnsmasq runs as another user' },
    { text: 'NET_BIND_SERVICE: dnsmasq listens on the ports of DNS and DHCP' },
    {
      text: 'SYS_ADMIN, seccomp and AppArmor off, all of /proc: whoever is root in such a node can take over this machine',
      with: 'instances',
    },
  ];
}
