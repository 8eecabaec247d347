import { dirname, join } from 'node:path';
import { CONTROL_SOCKET } from '../api.ts';

/** Where everything of a node lies. Names as MicroOVN has them (contract section 2). */
export type Paths = ReturnType<typeof pathsUnder>;

/** @param state the state directory; the common directory is the one it lies in */
export function pathsUnder(state: string) {
  const common = dirname(state);
  const data = join(common, 'data');
  const run = join(common, 'run');
  const central = join(data, 'central', 'db');
  return {
    common,
    state,
    data,
    logs: join(common, 'logs'),
    control: join(state, CONTROL_SOCKET),
    daemon: join(state, 'daemon.yaml'),
    /** There from the first change of a bootstrap or join to its success: found at a start, it is rolled back. */
    unfinished: join(state, 'unfinished.yaml'),
    serverCertificate: join(state, 'server.crt'),
    serverKey: join(state, 'server.key'),
    clusterCertificate: join(state, 'cluster.crt'),
    clusterKey: join(state, 'cluster.key'),
    truststore: join(state, 'truststore'),
    database: join(state, 'database'),
    databaseFile: join(state, 'database', 'microovn.db'),
    /** What the service `cluster` serves, a line of sh. */
    databaseMode: join(state, 'database', 'server.env'),
    databaseRun: join(run, 'cluster'),
    databaseSocket: join(run, 'cluster', 'db.sock'),
    databaseControl: join(run, 'cluster', 'db.ctl'),
    environment: join(data, 'env', 'ovn.env'),
    pki: join(data, 'pki'),
    central,
    ovnRun: join(run, 'ovn'),
    switchRun: join(run, 'switch'),
    switchSocket: join(run, 'switch', 'db.sock'),
    switchData: join(data, 'switch', 'db'),
  } as const;
}
