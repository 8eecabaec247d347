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

/** What a server of dqlite does: `up`, `silent` (its daemon does not answer), `paused`, `gone`, `cut` by the engine. */
export type DqlitePlight = 'up' | 'silent' | 'paused' | 'gone' | 'cut';

/**
 * A dqlite database as its nodes would tell it, for tests; `roles` as LXD gives them, voters where left out. The first voter that is up leads, where
 * `led`; no server tells of its connections.
 */
export function dqlite(plights: readonly DqlitePlight[], led = true, roles: readonly string[] = []): DatabaseView {
  const role = (n: number) => roles[n - 1] ?? 'voter';
  const numbers = plights.map((_, i) => i + 1);
  const servers = numbers.map((n) => ({
    id: String(n),
    address: `172.28.31.${10 + n}:8443`,
    node: `node-${n}`,
    role: role(n),
  }));
  const first = numbers.find((n) => plights[n - 1] === 'up' && role(n) === 'voter');
  const kinds = { voter: 'voter', 'stand-by': 'standby', spare: 'spare' } as const;
  const silent = { silent: 'unknown', paused: 'frozen', gone: 'gone' } as const;
  return database(
    numbers.map((n) => {
      const plight = plights[n - 1] ?? 'up';
      const answers = plight === 'up' || plight === 'cut';
      const leads = led && plight === 'up' && n === first;
      const kind = kinds[role(n) as keyof typeof kinds];
      return replica(n, {
        kind: leads ? 'leader' : plight === 'up' || plight === 'cut' ? kind : silent[plight],
        role: leads ? 'leader' : role(n),
        status: null,
        connected: null,
        leads: answers && plight !== 'cut' ? leads : null,
        votes: role(n) === 'voter',
        leader: led && plight === 'up' && role(n) === 'voter' ? `node-${first}` : null,
        index: null,
        serverId: String(n),
        clusterId: null,
        address: servers[n - 1]?.address ?? null,
        log: null,
        notCommitted: null,
        servers,
        answers,
        ...(plight === 'cut' ? { cut: true as const } : {}),
      });
    }),
    { id: 'dqlite', title: 'LXD database', short: 'dqlite', protocol: 'dqlite', electionTimer: null },
  );
}
