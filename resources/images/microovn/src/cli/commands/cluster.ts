import { createHash, X509Certificate } from 'node:crypto';
import { DEFAULT_TOKEN_SECONDS, type ClusterMember } from '../../api.ts';
import { exactly, noSubcommand, type Command, type Invocation } from '../command.ts';
import { CommandError, prefixed } from '../command-error.ts';
import { goQuote, rfc3339 } from '../go-text.ts';
import { withDaemonPort } from '../host-address.ts';
import { naturalOrder } from '../natural-order.ts';
import { compact, csv, framed, type Table } from '../table.ts';
import { toYaml } from '../yaml.ts';

/** Seconds a bootstrap or join may take: starts every service, on a slow host, with room to spare. */
export const CONTROL_TIMEOUT = 300;

/** `microovn cluster …` */
export const cluster: Command = {
  name: 'cluster',
  short: 'Form, show and change the cluster',
  args: noSubcommand,
  run: 'usage',
  commands: [
    {
      name: 'add',
      usage: 'NAME',
      short: 'Print a token with which a new member of that name may join',
      args: exactly(1),
      flags: [
        {
          name: 'timeout',
          kind: 'decimal',
          usage: 'How long the token lives, in `SECONDS`; 0: for ever',
          fallback: String(DEFAULT_TOKEN_SECONDS),
        },
      ],
      run: add,
    },
    {
      name: 'bootstrap',
      short: 'Form a new cluster with this node as its first member',
      args: exactly(0),
      run: bootstrap,
    },
    {
      name: 'join',
      usage: 'TOKEN',
      short: 'Join a cluster by a token from one of its members',
      args: exactly(1),
      run: join,
    },
    {
      name: 'list',
      short: 'List the members of the cluster',
      flags: [
        {
          name: 'format',
          shorthand: 'f',
          kind: 'text',
          usage: 'Output `FORMAT`: table, json, yaml, csv or compact',
          fallback: 'table',
        },
      ],
      run: list,
    },
    {
      name: 'remove',
      usage: 'NAME',
      short: 'Remove a member from the cluster',
      args: exactly(1),
      flags: [
        { name: 'force', shorthand: 'f', kind: 'bool', usage: 'Remove the records of a member that does not answer' },
      ],
      run: remove,
    },
    { name: 'sql', usage: 'QUERY', short: 'Left out: the cluster database here is not SQL', raw: true, run: sql },
  ],
};

async function bootstrap({ daemon, ...here }: Invocation): Promise<void> {
  const body = { action: 'bootstrap', name: here.hostName(), address: ownAddress(here) } as const;
  await daemon.call('POST /core/control', { body, timeout: CONTROL_TIMEOUT });
}

async function join({ daemon, args: [token = ''], ...here }: Invocation): Promise<void> {
  const body = { action: 'join', name: here.hostName(), address: ownAddress(here), token } as const;
  await daemon.call('POST /core/control', { body, timeout: CONTROL_TIMEOUT });
}

async function add({ daemon, args: [name = ''], flags, out }: Invocation): Promise<void> {
  out(`${await issueToken(daemon, name, flags.number('timeout'))}\n`);
}

/**
 * A join token for a name.
 * @throws CommandError of two lines, the first in MicroOVN's misleading words whatever the cause
 */
export async function issueToken(daemon: Invocation['daemon'], name: string, lifetime: number): Promise<string> {
  try {
    const { token } = await daemon.call('POST /core/1.0/tokens', { body: { name, expireAfterSeconds: lifetime } });
    return token;
  } catch (thrown) {
    throw prefixed(thrown, `unable to add server to microcluster, name ${goQuote(name)} is taken:\n`);
  }
}

async function remove({ daemon, args: [name = ''], flags }: Invocation): Promise<void> {
  const query = flags.bool('force') ? { force: 'true' as const } : {};
  // A member that leaves hands over its databases first, which takes up to 30 s each.
  await daemon.call('DELETE /core/1.0/cluster/:name', { params: { name }, query, timeout: 120 });
}

async function list({ daemon, flags, out }: Invocation): Promise<void> {
  const format = flags.text('format');
  const render = FORMATS.get(format);
  if (render === undefined) throw new CommandError(`Invalid format ${goQuote(format)}`);
  // Each member that does not answer costs the daemon time of its own.
  out(render(await daemon.call('GET /core/1.0/cluster', { timeout: 300 })));
}

const FORMATS: ReadonlyMap<string, (members: readonly ClusterMember[]) => string> = new Map([
  ['table', (members) => framed(table(members))],
  ['compact', (members) => compact(table(members))],
  ['csv', (members) => csv(table(members))],
  ['json', (members) => `${JSON.stringify(members.map((member) => ({ ...local(member), ...details(member) })))}\n`],
  ['yaml', (members) => toYaml(members.map((member) => ({ clustermemberlocal: local(member), ...details(member) })))],
]);

function table(members: readonly ClusterMember[]): Table {
  const rows = members.map(({ name, address, role, certificate, status }) => [
    name,
    address,
    role,
    fingerprint(certificate),
    status,
  ]);
  return {
    header: ['NAME', 'ADDRESS', 'ROLE', 'FINGERPRINT', 'STATUS'],
    rows: rows.sort(([left = ''], [right = '']) => naturalOrder(left, right)),
  };
}

function local({ name, address, certificate }: ClusterMember) {
  return { name, address, certificate };
}

function details(member: ClusterMember) {
  return {
    role: member.role,
    schema_internal_version: member.schemaInternalVersion,
    schema_external_version: member.schemaExternalVersion,
    last_heartbeat: rfc3339(member.lastHeartbeat === 0 ? null : member.lastHeartbeat),
    status: member.status,
    extensions: member.extensions,
    secret: '',
  };
}

/** SHA-256 of a PEM certificate in lower-case hex. */
function fingerprint(certificate: string): string {
  return createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex');
}

/**
 * `ip:port` this node will be known by.
 * @throws CommandError when no interface has a usable address
 */
function ownAddress(here: Pick<Invocation, 'hostAddress'>): string {
  const address = here.hostAddress();
  if (address === null) throw new CommandError('no interface of this host has an address to listen on');
  return withDaemonPort(address);
}

async function sql(): Promise<void> {
  throw new CommandError(
    'cluster sql is left out: the cluster database of this microovn is an OVSDB database, which knows no SQL. ' +
      'To read it: ovsdb-client dump unix:/var/snap/microovn/common/run/cluster/db.sock MicroOVN',
  );
}
