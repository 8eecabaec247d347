import { describe, expect, test } from 'vitest';
import { dqlite } from '../../../shared/fakes/replicas.ts';
import { lxdSources } from './sources.ts';
import { LxdWarnings, type WarningFacts } from './warnings.ts';

const database = dqlite(['up', 'up', 'up']);
const raft = (database.replicas[0]?.servers ?? []).map(({ id, address }) => ({ id, address, role: 'voter' }));
const rows = raft.map(({ address }, i) => ({ name: `node-${i + 1}`, address, state: 0 }));
const names = ['node-1', 'node-2', 'node-3'];
const facts = (now: number, more: Partial<WarningFacts> = {}): WarningFacts => ({
  sources: lxdSources,
  database,
  now,
  raft,
  rows,
  members: names,
  running: names,
  ...more,
});
/** What is told once it has lasted for that long. */
const after = (ms: number, more: Partial<WarningFacts>) => {
  const warnings = new LxdWarnings();
  expect(warnings.of(facts(0, more)).filter(({ code }) => code !== 'database/no-quorum')).toEqual([]);
  return warnings.of(facts(ms, more));
};

describe('LxdWarnings', () => {
  test('nothing where all is well', () => {
    expect(after(60_000, {})).toEqual([]);
  });

  test('a lost majority, with what brings each voter back, and the document’s way when nothing does', () => {
    const lost = dqlite(['gone', 'paused', 'up'], false);
    expect(new LxdWarnings().of(facts(0, { database: lost, raft: null, members: null, rows: null }))).toEqual([
      {
        code: 'database/no-quorum',
        message:
          "dqlite has no quorum. 1 of 3 voters answers, 2 are needed. Until then LXD's API hangs; instances run on.",
        fix: 'Start node-1 · Resume node-2. If they are lost for good: `lxd cluster recover-from-quorum-loss` on one that has all.',
        database: 'dqlite',
      },
    ]);
  });

  test('a server of the database that is no member, once it lasts: removals pass through that', () => {
    const left = { id: '9', address: '172.28.31.19:8443', role: 'voter' };
    expect(after(5000, { raft: [...raft, left] })).toEqual([
      {
        code: 'database/leftover',
        message: '172.28.31.19:8443 is a voter of the database and no member.',
        fix: 'On node-1: `lxd cluster remove-raft-node -q 172.28.31.19:8443`',
        database: 'dqlite',
      },
    ]);
    expect(after(4999, { raft: [...raft, left] })).toEqual([]);
  });

  test('the row a hung join leaves, not one of a join under way', () => {
    const pending = [...rows, { name: 'node-4', address: '172.28.31.14:8443', state: 1 }];
    expect(after(14_999, { rows: pending })).toEqual([]);
    expect(after(15_000, { rows: pending })).toMatchObject([{ code: 'member/pending', node: 'node-4' }]);
  });

  test('a node that runs and is no member; nothing is concluded while nobody lists the members', () => {
    expect(after(5000, { running: [...names, 'node-4'] })).toMatchObject([
      { code: 'node/not-a-member', node: 'node-4', message: 'node-4 runs and is not a member of the LXD cluster.' },
    ]);
    const unlisted = after(5000, { running: [...names, 'node-4'], members: null });
    expect(unlisted.map(({ code }) => code)).toEqual(['database/api-silent']);
  });

  test('LXD that gives no answer while its database has a leader', () => {
    expect(after(2999, { members: null })).toEqual([]);
    expect(after(3000, { members: null })).toMatchObject([
      { code: 'database/api-silent', message: "LXD's API gives no answer, though node-1 leads the database." },
    ]);
  });

  test('what stopped in between begins anew', () => {
    const warnings = new LxdWarnings();
    const strange = { running: [...names, 'node-4'] };
    warnings.of(facts(0, strange));
    warnings.of(facts(3000));
    warnings.of(facts(4000, strange));
    expect(warnings.of(facts(8999, strange))).toEqual([]);
    expect(warnings.of(facts(9000, strange))).toHaveLength(1);
  });
});
