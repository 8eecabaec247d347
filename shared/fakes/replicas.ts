import type { DatabaseView, Replica } from '../database.ts';

/** A replica of `node-<n>` for tests: a follower in term 3 with server id `000<n>`, changed by `facts`. */
export function replica(number: number, facts: Partial<Replica> = {}): Replica {
  return {
    node: `node-${number}`,
    kind: 'voter',
    role: 'follower',
    status: 'cluster member',
    connected: true,
    leads: false,
    votes: true,
    term: 3,
    index: 20,
    leader: null,
    vote: null,
    serverId: `000${number}`,
    clusterId: 'c1d0',
    address: `tcp:172.28.31.${10 + number}:6643`,
    log: '[2, 21]',
    notCommitted: 0,
    connections: [],
    servers: [],
    source: 'test',
    observedAt: 1000,
    answers: true,
    ...facts,
  };
}

/** A database for tests, changed by `facts`. */
export function database(replicas: readonly Replica[], facts: Partial<DatabaseView> = {}): DatabaseView {
  return {
    id: 'nb',
    title: 'OVN Northbound',
    short: 'OVN NB',
    protocol: 'ovsdb-raft',
    electionTimer: 1000,
    replicas,
    ...facts,
  };
}

/** What a voter of a cluster does: `up` answers, `silent` does not, `cut` answers and reaches nobody. */
export type Plight = 'up' | 'silent' | 'cut';

/** A Raft database as its nodes would tell it, for tests; the first voter that is up leads, where `led`. */
export function cluster(plights: readonly Plight[], led = true, facts: Partial<DatabaseView> = {}): DatabaseView {
  const numbers = plights.map((_, i) => i + 1);
  const servers = numbers.map((n) => ({ id: `000${n}`, address: `tcp:172.28.31.${10 + n}:6643`, node: `node-${n}` }));
  const first = plights.indexOf('up') + 1;
  const up = (n: number) => plights[n - 1] === 'up';
  return database(
    numbers.map((n) => {
      const connections = numbers
        .filter((other) => other !== n)
        .map((other) => (up(n) && up(other) ? `->000${other}` : `(->000${other})`));
      const leads = led && n === first;
      return replica(n, {
        answers: plights[n - 1] !== 'silent',
        leads,
        role: leads ? 'leader' : up(n) ? 'follower' : 'candidate',
        kind: leads ? 'leader' : up(n) ? 'voter' : 'candidate',
        leader: led && up(n) ? `node-${first}` : null,
        connected: up(n),
        connections,
        servers,
      });
    }),
    facts,
  );
}
