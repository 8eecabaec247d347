/** Names in which Incus, a fork of LXD 5.0, differs from it. What both have in common is written once, with these. */
export interface Dialect {
  readonly kind: 'lxd' | 'incus';
  /** The product, e.g. `LXD`. */
  readonly title: string;
  /** Program of its users. */
  readonly client: 'lxc' | 'incus';
  /** Program of who runs the daemon, e.g. `lxd` as in `lxd init`, `incus admin`. */
  readonly admin: readonly string[];
  /** Name of the daemon's runit service. */
  readonly service: 'lxd' | 'incus';
  /** Name of the daemon's process, as `pkill -x` knows it. */
  readonly daemon: 'lxd' | 'incusd';
  /** What the daemon keeps. */
  readonly folder: string;
  /** Its REST API on this node, without certificates. */
  readonly socket: string;
  /** SQLite, what a member knows without the others, e.g. its list of Raft servers. */
  readonly localDatabase: string;
  readonly log: string;
  /** The bridge its own `init` proposes. */
  readonly bridge: string;
  /** Joining by a trust password; Incus 6.0 has tokens only (`cannot set 'core.trust_password'…: unknown key`). */
  readonly hasPassword: boolean;
}

/** LXD 5.0 of Debian 12. */
export const lxdDialect: Dialect = {
  kind: 'lxd',
  title: 'LXD',
  client: 'lxc',
  admin: ['lxd'],
  service: 'lxd',
  daemon: 'lxd',
  folder: '/var/lib/lxd',
  socket: '/var/lib/lxd/unix.socket',
  localDatabase: '/var/lib/lxd/database/local.db',
  log: '/var/log/lxd/lxd.log',
  bridge: 'lxdbr0',
  hasPassword: true,
};

/** Incus 6.0 of Debian 13. */
export const incusDialect: Dialect = {
  kind: 'incus',
  title: 'Incus',
  client: 'incus',
  admin: ['incus', 'admin'],
  service: 'incus',
  daemon: 'incusd',
  folder: '/var/lib/incus',
  socket: '/var/lib/incus/unix.socket',
  localDatabase: '/var/lib/incus/database/local.db',
  log: '/var/log/incus/incusd.log',
  bridge: 'incusbr0',
  hasPassword: false,
};
