import type { DatabaseView } from '../../../shared/database.ts';

/** Where LXD's sources are found in a node; all that differs between LXD and Incus. The same in every node of a lab. */
export interface LxdSources {
  readonly database: Pick<DatabaseView, 'id' | 'title' | 'short'>;
  /** Name of the product, e.g. `LXD`. */
  readonly product: string;
  /** Name of the daemon's service, e.g. `lxd`; shown on a node whose daemon answers. */
  readonly service: string;
  /** The administrator's program as typed, e.g. `lxd` or `incus admin`. */
  readonly admin: string;
  /** Path of the daemon's unix socket. */
  readonly socket: string;
  /** Path of the node's own SQLite database. */
  readonly localDatabase: string;
  /** Folder of dqlite's files. */
  readonly globalDatabase: string;
  /** Paths of the certificate and the key with which this server speaks to other members. */
  readonly certificate: string;
  readonly key: string;
}

/** LXD 5.0 of Debian 12. */
export const lxdSources: LxdSources = {
  database: { id: 'dqlite', title: 'LXD database', short: 'dqlite' },
  product: 'LXD',
  service: 'lxd',
  admin: 'lxd',
  ...pathsIn('/var/lib/lxd'),
};

/** Incus 6 of Debian 13. */
export const incusSources: LxdSources = {
  database: { id: 'dqlite', title: 'Incus database', short: 'dqlite' },
  product: 'Incus',
  service: 'incus',
  admin: 'incus admin',
  ...pathsIn('/var/lib/incus'),
};

function pathsIn(folder: string) {
  return {
    socket: `${folder}/unix.socket`,
    localDatabase: `${folder}/database/local.db`,
    globalDatabase: `${folder}/database/global`,
    certificate: `${folder}/server.crt`,
    key: `${folder}/server.key`,
  };
}
