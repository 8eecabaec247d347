import { describe, expect, test } from 'vitest';
import { cluster, database, dqlite, replica, type Plight } from './fakes/replicas.ts';
import { quorumOf } from './quorum.ts';
import { quorumWords, seconds, verdictOf, type Judged } from './verdict.ts';

const up: Plight[] = ['up', 'up', 'up'];

function lab(databases: Judged['databases'], count: number, facts: Partial<Judged> = {}): Judged {
  const nodes = Array.from({ length: count }, (_, i) => ({ name: `node-${i + 1}`, state: 'running' as const }));
  return { state: 'complete', nodes, databases, ...facts };
}

describe('verdictOf, the table of design/DESIGN-LANGUAGE.md section 4', () => {
  test('every node can be spared', () => {
    const verdict = verdictOf(lab([cluster(up), cluster(up, true, { id: 'sb' })], 3), 0);
    expect(verdict).toMatchObject({
      text: 'Any one node may fail',
      ground: 'none',
      mark: 'ok',
      mayFail: ['node-1', 'node-2', 'node-3'],
    });
    expect(verdict.cells[0]).toMatchObject({
      words: '3 of 3 vote · may lose 1',
      leader: 'node-1 leads · term 3',
      ground: 'none',
    });
    expect(verdictOf(lab([cluster([...up, 'up', 'up'])], 5), 0).text).toBe('Any two nodes may fail');
  });

  test('nobody holds a copy: not formed, which is not silence', () => {
    const fresh = [1, 2].map((n) => replica(n, { kind: 'none', votes: null, servers: [] }));
    const verdict = verdictOf(lab([database(fresh, { protocol: 'dqlite' })], 2), 0);
    expect(verdict).toMatchObject({ text: 'Not formed', detail: 'No node is a member', ground: 'none', mark: 'todo' });
    expect(verdict.cells[0]?.words).toBe('no member · not formed');
    const silent = fresh.map((one) => ({ ...one, answers: false }));
    expect(verdictOf(lab([database(silent, { protocol: 'dqlite' })], 2), 0).text).toBe('Not known');
  });

  test('only some', () => {
    const cut = cluster(['silent', 'up', 'up']);
    const spares = [4, 5].map((n) => replica(n, { votes: false, kind: 'spare' }));
    const view = lab([{ ...cut, replicas: [...cut.replicas, ...spares] }], 5);
    expect(verdictOf(view, 0)).toMatchObject({ text: 'Only node-4 or node-5 may fail', ground: 'none' });
    expect(verdictOf(view, 0).cells[0]?.words).toBe('2 of 3 answer · may lose 0');
    expect(verdictOf({ ...view, nodes: lab([], 9).nodes }, 0).text).toBe('Only node-4, node-5 or 4 others may fail');
  });

  test('none', () => {
    const verdict = verdictOf(lab([cluster(up), cluster(['up', 'silent', 'up'])], 3), 0);
    expect(verdict).toMatchObject({ text: 'No node may fail', ground: 'warn', mark: 'warn', mayFail: [] });
    expect(verdict.cells.map((cell) => cell.words)).toEqual(['3 of 3 vote · may lose 1', '2 of 3 answer · may lose 0']);
  });

  test('majority, but no leader', () => {
    const verdict = verdictOf(lab([cluster(['silent', 'up', 'up'], false, { leaderlessSince: 1000 })], 3), 1940);
    expect(verdict).toMatchObject({ text: 'No node may fail', detail: 'OVN NB elects a leader, term 3' });
    expect(verdict.cells[0]).toMatchObject({ leader: 'no leader for 0.94 s · term 3', ground: 'danger' });
    const leaderless = cluster(['silent', 'up', 'up'], false);
    const both = verdictOf(lab([leaderless, { ...leaderless, short: 'OVN SB' }], 3), 0);
    expect(both.detail).toBe('OVN NB and OVN SB elect a leader');
  });

  test('majority lost', () => {
    const lost = cluster(['silent', 'silent', 'up'], false);
    const verdict = verdictOf(lab([lost, cluster(up, true, { short: 'OVN SB' })], 3), 0);
    expect(verdict).toMatchObject({
      text: 'OVN NB has no quorum',
      ground: 'danger',
      detail: '1 of 3 answers, 2 are needed',
    });
    expect(verdict.cells[0]).toMatchObject({ words: '1 of 3 answers · needs 1 more', ground: 'danger' });
    const both = verdictOf(lab([lost, { ...lost, short: 'OVN SB' }], 3), 0);
    expect(both.text).toBe('OVN NB and OVN SB have no quorum');
  });

  test('nobody answers', () => {
    const verdict = verdictOf(lab([cluster(['silent', 'silent', 'silent'], false)], 3), 0);
    expect(verdict).toMatchObject({ text: 'Not known', ground: 'none', mark: 'todo' });
    expect(verdict.cells[0]).toMatchObject({ words: 'unknown · nobody answers', leader: '', ground: 'none' });
    expect(verdictOf(lab([], 3), 0)).toMatchObject({ text: 'Not known', detail: 'Not observed yet' });
    const stopped = lab([], 1, { nodes: [{ name: 'node-1', state: 'stopped' }] });
    expect(verdictOf(stopped, 0)).toMatchObject({ text: 'Not known', mark: 'stopped', detail: 'No node runs' });
  });

  test('a first answer is waited for: silence means nothing yet', () => {
    const asked = [1, 2, 3].map((n) => replica(n, { answers: false, observedAt: null, votes: null, asking: true }));
    const verdict = verdictOf(lab([database(asked)], 3), 0);
    expect(verdict).toMatchObject({ text: 'Not known yet', detail: 'Asking for OVN NB', mark: 'run', ground: 'none' });
    expect(verdict.cells[0]?.words).toBe('unknown · asking');
    const two = cluster(['up', 'up', 'silent']);
    const third = { ...two.replicas[2], observedAt: null, kind: 'unknown', serverId: null, asking: true } as const;
    const view = lab([{ ...two, replicas: [...two.replicas.slice(0, 2), replica(3, third)] }], 3);
    expect(verdictOf(view, 0)).toMatchObject({ text: 'Not known yet', mark: 'run', mayFail: [] });
    expect(verdictOf(view, 0).cells[0]).toMatchObject({ words: '2 of 3 answer · asking', ground: 'none' });
    const cut = {
      ...two,
      replicas: [...cluster(['cut', 'silent', 'silent'], false).replicas.slice(0, 2), replica(3, third)],
    };
    expect(verdictOf(lab([cut], 3), 0).text).toBe('OVN NB has no quorum');
  });

  test('being deployed', () => {
    const verdict = verdictOf(lab([cluster(['up'])], 3, { state: 'forming' }), 0);
    expect(verdict).toMatchObject({ text: 'One node, no spare', ground: 'none', mark: 'run' });
    expect(verdict.cells[0]?.words).toBe('1 of 1 votes · may lose 0');
    expect(verdictOf(lab([cluster(['up'])], 1), 0)).toMatchObject({ text: 'One node, no spare', mark: 'ok' });
  });

  test('stand-bys of dqlite are named: LXD gives them the vote of a voter that stays away', () => {
    const roles = ['voter', 'voter', 'voter', 'stand-by', 'stand-by', 'spare', 'spare'];
    const all = dqlite(['up', 'up', 'up', 'up', 'up', 'up', 'up'], true, roles);
    expect(verdictOf(lab([all], 7), 0)).toMatchObject({
      text: 'Any one node may fail',
      detail: 'node-4 and node-5 stand by to vote',
    });
    const fewer = dqlite(['up', 'gone', 'up', 'silent', 'up', 'up', 'up'], true, roles);
    expect(verdictOf(lab([fewer], 7), 0).detail).toBe('node-5 stands by to vote');
    expect(verdictOf(lab([dqlite(['up', 'up', 'up'])], 3), 0).detail).toBe('');
    const relays = [replica(4, { votes: false, kind: 'standby', role: 'stand-by' })];
    const ovn = cluster(up);
    expect(verdictOf(lab([{ ...ovn, replicas: [...ovn.replicas, ...relays] }], 4), 0).detail).toBe('');
  });

  test('with two voters of three nodes the one that has not joined is not called the spare', () => {
    const verdict = verdictOf(lab([cluster(['up', 'up'])], 3, { state: 'forming' }), 0);
    expect([verdict.text, verdict.mark]).toEqual(['No node may fail', 'run']);
  });

  test.each([2, 3, 4, 5])(
    'losing a node it names keeps every majority, losing another does not: all cases of %i nodes',
    (size) => {
      const states: Plight[] = ['up', 'silent'];
      const all = (n: number): Plight[][] =>
        n === 0 ? [[]] : all(n - 1).flatMap((rest) => states.map((s) => [...rest, s]));
      for (const nb of all(size))
        for (const sb of all(size)) {
          const state = (plights: Plight[]) => quorumOf(cluster(plights)).state;
          const verdict = verdictOf(lab([cluster(nb), cluster(sb)], size), 0);
          if (state(nb) !== 'quorum' || state(sb) !== 'quorum') {
            expect(verdict.mayFail).toEqual([]);
            continue;
          }
          for (let node = 0; node < size; node++) {
            if (nb[node] === 'silent' || sb[node] === 'silent') continue;
            const without = (plights: Plight[]) => plights.map((plight, i) => (i === node ? 'silent' : plight));
            const survives = [nb, sb].every((plights) => state(without(plights)) === 'quorum');
            expect(verdict.mayFail.includes(`node-${node + 1}`), `${nb.join()} ${sb.join()}`).toBe(survives);
          }
        }
    },
  );
});

test('quorumWords agree in number', () => {
  expect(quorumWords(quorumOf(cluster(['up', 'silent'], false)))).toBe('1 of 2 answers · needs 1 more');
});

test('seconds', () => {
  expect([940, 9_999, 12_400, 200_000].map(seconds)).toEqual(['0.94 s', '10.00 s', '12 s', '3 min']);
});
