import type { NodeCommand, Word } from '../../flows/step.ts';
import type { Dialect } from './dialect.ts';

/** The port of REST API and cluster traffic. */
export const apiPort = 8443;

export const on = (node: string, ...words: readonly Word[]): NodeCommand => ({ node, words });

/** A command of users, e.g. `lxc cluster list`. */
export const client = (dialect: Dialect, node: string, ...words: readonly Word[]): NodeCommand =>
  on(node, dialect.client, ...words);

/** A command of who runs the daemon, e.g. `lxd cluster list-database`, `incus admin cluster list-database`. */
export const admin = (dialect: Dialect, node: string, ...words: readonly Word[]): NodeCommand =>
  on(node, ...dialect.admin, ...words);

/** `init --preseed` with these words as its input. */
export const preseed = (dialect: Dialect, node: string, text: readonly Word[]): NodeCommand => ({
  ...admin(dialect, node, 'init', '--preseed'),
  stdin: text,
});

/** Returns when the daemon serves its API. @param seconds at the most */
export const waitReady = (dialect: Dialect, node: string, seconds: number): NodeCommand =>
  admin(dialect, node, 'waitready', `--timeout=${seconds}`);

/** A statement on the `global` database (any member, needs quorum) or on the `local` one of that node. */
export const sql = (dialect: Dialect, node: string, database: 'global' | 'local', statement: string): NodeCommand =>
  admin(dialect, node, 'sql', database, statement);

/** Starts or stops the daemon while its node runs; `down` hands its role in the database on and waits up to 30 seconds for its end. */
export function daemon(dialect: Dialect, node: string, verb: 'up' | 'down' | 'restart'): NodeCommand {
  if (verb === 'up') return on(node, 'sv', 'up', dialect.service);
  return on(node, 'sv', '-w', '30', verb, dialect.service);
}

/** `kill -9` of the daemon, which stays down: `once` says that it is not to be started again (sv(8)). */
export const killDaemon = (dialect: Dialect, node: string): readonly NodeCommand[] => [
  on(node, 'sv', 'once', dialect.service),
  on(node, 'sv', 'kill', dialect.service),
];

/**
 * Makes a fresh server of a node: the daemon ended, by force if need be, what it left running and mounted, its files, the daemon again.
 */
export const empty = (dialect: Dialect, node: string): readonly NodeCommand[] => [
  on(
    node,
    'sh',
    '-c',
    `sv -w 5 force-stop ${dialect.service}; pkill -x dnsmasq; ` +
      'ip -o link show type bridge | cut -d: -f2 | xargs -r -n1 ip link delete; ' +
      `grep -o '${dialect.folder}/[^ ]*' /proc/mounts | xargs -r umount -l; true`,
  ),
  on(node, 'find', dialect.folder, '-mindepth', '1', '-delete'),
  daemon(dialect, node, 'up'),
  waitReady(dialect, node, 30),
];

/** `config set KEY VALUE`; a value that begins with a hyphen would be read as an option, so that one is `KEY=VALUE`. */
export function setConfig(dialect: Dialect, node: string, key: string, value: string | number): NodeCommand {
  const text = String(value);
  return client(dialect, node, 'config', 'set', ...(text.startsWith('-') ? [`${key}=${text}`] : [key, text]));
}

/** What the token for a node is called once it was captured. */
export const tokenOf = (node: string) => `token:${node}`;

/** `cluster add`, keeping the token on its last line; an older token for that name is good no more. */
export const addMember = (dialect: Dialect, peer: string, node: string): NodeCommand => ({
  ...client(dialect, peer, 'cluster', 'add', '-q', node),
  capture: { name: tokenOf(node), secret: true, last: true },
});

/** `cluster remove`; by force it needs nothing of the node that goes, and without `--yes` it would ask. */
export const removeMember = (dialect: Dialect, peer: string, node: string, force: boolean): NodeCommand =>
  client(dialect, peer, 'cluster', 'remove', node, ...(force ? ['--force', '--yes'] : []));

/**
 * Deletes the row of a join that never ended (`nodes.state` 1, pending; lxd/db/cluster/nodes.go): no list of members shows it, and
 * `cluster remove` says `Cluster member not found`. A join under the same name replaces it.
 */
export const forgetPending = (dialect: Dialect, peer: string, node: string): NodeCommand =>
  sql(dialect, peer, 'global', `DELETE FROM nodes WHERE name = '${node}' AND state = 1`);

/**
 * Makes a cluster forget a node before it joins anew: as a member, which a join may have made of it that went on by itself after who asked
 * for it was gone (usually there is none of that name, and that is well), and as a row that is pending: of two joins tried beside one, one hung again.
 */
export const forgetJoin = (dialect: Dialect, peer: string, node: string): readonly NodeCommand[] => [
  on(peer, 'sh', '-c', `${dialect.client} cluster remove ${node} --force --yes || true`),
  forgetPending(dialect, peer, node),
];
