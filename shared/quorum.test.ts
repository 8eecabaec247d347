import { describe, expect, test } from 'vitest';
import { cluster, database, dqlite, replica, type DqlitePlight, type Plight } from './fakes/replicas.ts';
import { quorumOf } from './quorum.ts';

/** Every way `size` voters can be up, silent or cut. */
function plightsOf(size: number): Plight[][] {
  if (size === 0) return [[]];
  return plightsOf(size - 1).flatMap((rest) => (['up', 'silent', 'cut'] as const).map((plight) => [...rest, plight]));
}

describe('quorumOf', () => {
  test.each([1, 2, 3, 4, 5, 6])('is arithmetic on who is up, in every case of %i voters', (size) => {
    for (const plights of plightsOf(size)) {
      const up = plights.filter((plight) => plight === 'up').length;
      const answering = Math.max(up, plights.includes('cut') ? 1 : 0);
      const needed = Math.floor(size / 2) + 1;
      const known = answering > 0;
      const lost = answering < needed;
      const quorum = quorumOf(cluster(plights, up >= needed));
      expect(quorum, plights.join(' ')).toMatchObject({
        state: !known ? 'unknown' : lost ? 'lost' : up >= needed ? 'quorum' : 'no-leader',
        voters: known ? size : 0,
        needed: known ? needed : 0,
        answering,
        mayLose: !known || lost ? 0 : answering - needed,
        leader: up >= needed ? `node-${plights.indexOf('up') + 1}` : null,
      });
    }
  });

  test('tells a majority without a leader from a lost one', () => {
    expect(quorumOf(cluster(['silent', 'up', 'up'], false))).toMatchObject({ state: 'no-leader', answering: 2 });
    expect(quorumOf(cluster(['silent', 'silent', 'up'], false))).toMatchObject({ state: 'lost', answering: 1 });
  });

  test('a voter whose network was cut counts for nothing, before it or the others notice', () => {
    const unaware = (...cut: string[]) => {
      const { replicas, ...rest } = cluster(['up', 'up', 'up']);
      return quorumOf({
        ...rest,
        replicas: replicas.map((one) => (cut.includes(one.node) ? { ...one, cut: true } : one)),
      });
    };
    expect(unaware('node-2')).toMatchObject({ state: 'quorum', answering: 2, mayLose: 0, leader: 'node-1' });
    expect(unaware('node-1')).toMatchObject({ state: 'no-leader', answering: 2, mayLose: 0, leader: null });
    expect(unaware('node-1', 'node-2')).toMatchObject({ state: 'lost', answering: 1, mayLose: 0, leader: null });
    expect(unaware('node-1', 'node-2', 'node-3')).toMatchObject({ state: 'lost', answering: 1, mayLose: 0 });
    const [alone] = cluster(['up']).replicas;
    expect(quorumOf(database([{ ...alone!, cut: true }]))).toMatchObject({ state: 'quorum', leader: 'node-1' });
  });

  test('two halves of a cut cluster do not add up', () => {
    const servers = [1, 2, 3, 4].map((n) => ({ id: `000${n}`, address: `tcp:10.0.0.${n}:6643`, node: `node-${n}` }));
    const half = (n: number, peer: number) => replica(n, { connected: false, servers, connections: [`->000${peer}`] });
    expect(quorumOf(database([half(1, 2), half(2, 1), half(3, 4), half(4, 3)]))).toMatchObject({
      state: 'lost',
      voters: 4,
      answering: 2,
    });
  });

  test('of two claims to lead the newer term wins, then the newer answer, and a silent claimant does not lead', () => {
    const claim = (n: number, facts: object) => replica(n, { leads: true, role: 'leader', ...facts });
    const leader = (...replicas: ReturnType<typeof claim>[]) => quorumOf(database(replicas)).leader;
    expect(leader(claim(1, { term: 3, observedAt: 900 }), claim(2, { term: 4, observedAt: 100 }))).toBe('node-2');
    expect(leader(claim(1, { term: 4, observedAt: 900 }), claim(2, { term: 4, observedAt: 100 }))).toBe('node-1');
    expect(leader(claim(1, { term: 9, answers: false }), claim(2, { term: 4 }))).toBe('node-2');
    expect(leader(claim(1, { term: 9, answers: false }), replica(2))).toBeNull();
  });

  test('says who disagrees', () => {
    const replicas = [
      replica(1, { leads: true, term: 3 }),
      replica(2, { leads: true, term: 4 }),
      replica(3, { leader: 'node-1', term: 3 }),
      replica(4, { leader: 'node-2', term: 4 }),
    ];
    expect(quorumOf(database(replicas))).toMatchObject({
      leader: 'node-2',
      disagreeing: ['node-1', 'node-3'],
      disagreement: 'node-1 still claims to lead in term 3; node-3 names node-1 in term 3; node-2 leads in term 4.',
    });
    expect(quorumOf(database(replicas.slice(1, 2))).disagreement).toBeNull();
  });

  test('naming a leader that went is no disagreement while all name the same', () => {
    const after = [1, 2, 3].map((n) => replica(n, { leader: 'node-1', answers: n !== 1 }));
    expect(quorumOf(database(after, { protocol: 'dqlite' }))).toMatchObject({ state: 'no-leader', disagreement: null });
  });

  test('does not count a kicked server that came back, nor its climbing term', () => {
    const healthy = cluster(['up', 'up', 'up']);
    const kicked = replica(4, {
      role: 'candidate',
      term: 99,
      connected: false,
      servers: healthy.replicas[0]?.servers ?? [],
    });
    expect(quorumOf(database([...healthy.replicas, kicked]))).toMatchObject({ voters: 3, answering: 3, term: 3 });
  });

  test('does not count a voter that asks for votes beside a leader, though its connections are not given up yet', () => {
    const { replicas } = cluster(['up', 'up', 'up']);
    const isolated = replicas.map((one, i) =>
      i === 2 ? { ...one, role: 'candidate', kind: 'candidate' as const } : one,
    );
    expect(quorumOf(database(isolated))).toMatchObject({ voters: 3, answering: 2, voting: ['node-1', 'node-2'] });
  });

  test('counts a server that no node of the lab carries', () => {
    const [first, second] = cluster(['up', 'up', 'up']).replicas;
    if (first === undefined || second === undefined) throw new Error('two replicas are there');
    expect(quorumOf(database([first, second]))).toMatchObject({ voters: 3, answering: 2, mayLose: 0 });
  });

  test('is unknown until a Raft server told its list, and counts votes where no server has one', () => {
    expect(quorumOf(database([replica(1), replica(2)]))).toMatchObject({ state: 'unknown', voters: 0 });
    const silent = replica(3, { answers: false });
    expect(quorumOf(database([replica(1, { leads: true }), replica(2), silent], { protocol: 'dqlite' }))).toMatchObject(
      {
        state: 'quorum',
        voters: 3,
        answering: 2,
      },
    );
  });

  test('concludes nothing bad before each voter was heard once, unless those that were say so', () => {
    const unheard = (n: number) =>
      replica(n, { answers: false, observedAt: null, kind: 'unknown', serverId: null, votes: null });
    const { replicas } = cluster(['up', 'up', 'up']);
    const [first, second, third] = replicas;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three replicas are there');
    const state = (...some: (typeof first)[]) => quorumOf(database(some)).state;
    expect(state(unheard(1), second, unheard(3))).toBe('unknown');
    expect(state(unheard(1), second, third)).toBe('unknown');
    expect(state(first, second, unheard(3))).toBe('quorum');
    expect(state(unheard(1), { ...second, connected: false }, unheard(3))).toBe('lost');
    expect(state(unheard(1), { ...second, leader: null }, { ...third, leader: null })).toBe('no-leader');
    expect(state({ ...first, answers: false, kind: 'gone' }, second, { ...third, answers: false })).toBe('lost');
  });

  test('copies without a vote count for nothing', () => {
    const standby = replica(4, { votes: false, kind: 'standby', role: 'stand-by' });
    expect(quorumOf(database([...cluster(['up', 'silent', 'up']).replicas, standby]))).toMatchObject({
      voters: 3,
      answering: 2,
    });
    expect(quorumOf(database([standby])).state).toBe('unknown');
    expect(quorumOf(database([standby], { protocol: 'dqlite' })).state).toBe('unknown');
  });

  test('takes far less than a frame for 200 nodes', () => {
    const voters = cluster(Array.from({ length: 7 }, () => 'up' as const)).replicas;
    const spares = Array.from({ length: 193 }, (_, i) => replica(i + 8, { votes: false, kind: 'spare' }));
    const big = database([...voters, ...spares]);
    quorumOf(big);
    const start = Date.now();
    for (let i = 0; i < 100; i++) quorumOf(big);
    expect((Date.now() - start) / 100).toBeLessThan(2);
  });
});

describe('quorumOf a dqlite database', () => {
  /** Every way `size` voters can fare. */
  function faring(size: number): DqlitePlight[][] {
    if (size === 0) return [[]];
    const plights = ['up', 'silent', 'paused', 'gone', 'cut'] as const;
    return faring(size - 1).flatMap((rest) => plights.map((plight) => [...rest, plight]));
  }

  test.each([1, 2, 3, 5])('is arithmetic on who answers, in every case of %i voters', (size) => {
    const needed = Math.floor(size / 2) + 1;
    for (const plights of faring(size)) {
      const up = plights.filter((plight) => plight === 'up').length;
      const cut = plights.includes('cut');
      // One that is cut from all is a group of its own.
      const answering = Math.max(up, cut ? 1 : 0);
      const led = up >= needed;
      const state = answering === 0 ? 'unknown' : answering < needed ? 'lost' : led ? 'quorum' : 'no-leader';
      expect(quorumOf(dqlite(plights, led)), plights.join(' ')).toMatchObject({
        state,
        voters: state === 'unknown' ? 0 : size,
        answering,
        mayLose: state === 'quorum' || state === 'no-leader' ? answering - needed : 0,
        leader: led ? `node-${plights.indexOf('up') + 1}` : null,
        disagreement: null,
      });
    }
  });

  test('of seven nodes three vote: stand-bys and spares neither help nor harm', () => {
    const roles = ['voter', 'voter', 'voter', 'stand-by', 'stand-by', 'spare', 'spare'];
    const others = ['gone', 'silent', 'paused', 'cut'] as const;
    expect(quorumOf(dqlite(['up', 'up', 'up', ...others], true, roles))).toMatchObject({
      state: 'quorum',
      voters: 3,
      answering: 3,
      mayLose: 1,
      members: ['node-1', 'node-2', 'node-3'],
    });
    expect(quorumOf(dqlite(['gone', 'gone', 'up', 'up', 'up', 'up', 'up'], false, roles))).toMatchObject({
      state: 'lost',
      voters: 3,
      needed: 2,
      answering: 1,
    });
    const seven = dqlite(['up', 'up', 'up', 'up', 'gone', 'gone', 'gone']);
    expect(quorumOf(seven)).toMatchObject({ state: 'quorum', voters: 7, answering: 4, mayLose: 0 });
  });

  test('the leader’s list counts: a voter that LXD demoted while it was away is none, whatever it still thinks', () => {
    const roles = ['spare', 'voter', 'voter', 'voter'];
    const { replicas, ...rest } = dqlite(['up', 'up', 'up', 'up'], true, roles);
    const thinks = { role: 'voter', kind: 'voter', votes: true } as const;
    const back = { ...rest, replicas: replicas.map((one, i) => (i === 0 ? { ...one, ...thinks } : one)) };
    expect(quorumOf(back)).toMatchObject({ voters: 3, answering: 3, members: ['node-2', 'node-3', 'node-4'] });
  });

  test('concludes nothing bad before each voter was heard once, while one of them names a leader', () => {
    const { replicas, ...rest } = dqlite(['up', 'up', 'up']);
    const unheard = { kind: 'unknown', answers: false, observedAt: null, serverId: null, votes: null } as const;
    const state = (...silent: number[]) =>
      quorumOf({ ...rest, replicas: replicas.map((one, i) => (silent.includes(i) ? { ...one, ...unheard } : one)) })
        .state;
    expect(state(0, 2)).toBe('unknown');
    expect(state(0)).toBe('unknown');
    expect(state(2)).toBe('quorum');
    const leaderless = dqlite(['up', 'up', 'up'], false).replicas.map((one, i) =>
      i === 1 ? one : { ...one, ...unheard },
    );
    expect(quorumOf({ ...rest, replicas: leaderless }).state).toBe('lost');
  });
});
