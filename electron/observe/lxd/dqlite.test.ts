import { describe, expect, test } from 'vitest';
import { recordedAnswer, recordedBytes } from '../../../test/fakes/recorded-lxd.ts';
import { DqliteReader } from './dqlite-wire.ts';
import { readRaftMetadata } from './raft-metadata.ts';
import { readRaftLines, readRaftNodes } from './raft-node.ts';
import { readResults } from './sql-results.ts';

const bytes = (word: string) => recordedBytes('dqlite-answers.txt', word);
const server = (n: number) => ({ id: String(n), address: `10.77.8.1${n}:8443`, role: 'voter' });

describe('DqliteReader', () => {
  test('reads who leads, that nobody does, and the servers', () => {
    const reader = new DqliteReader();
    expect(reader.read(bytes('leader'))).toEqual([{ kind: 'leader', leader: '10.77.8.11:8443' }]);
    expect(reader.read(bytes('no-leader'))).toEqual([{ kind: 'leader', leader: null }]);
    expect(reader.read(bytes('servers'))).toEqual([{ kind: 'servers', servers: [1, 2, 3].map(server) }]);
  });

  test('reads answers that come in pieces, several at once, and leaves out others', () => {
    const all = Buffer.concat(['servers', 'other', 'leader', 'no-leader'].map(bytes));
    const whole = new DqliteReader().read(all).map(({ kind }) => kind);
    expect(whole).toEqual(['servers', 'leader', 'leader']);
    const reader = new DqliteReader();
    expect([...all].flatMap((byte) => reader.read(Uint8Array.of(byte))).map(({ kind }) => kind)).toEqual(whole);
  });

  test('reads a failure in its words, and refuses a text without an end', () => {
    const failure = Buffer.alloc(24);
    failure.writeUInt32LE(2, 0);
    failure.write('not ldr', 16);
    expect(new DqliteReader().read(failure)).toEqual([{ kind: 'failure', message: 'not ldr' }]);
    failure.fill(0x61, 16);
    expect(() => new DqliteReader().read(failure)).toThrow(RangeError);
  });
});

test('the newer of two metadata files is what a server has promised', () => {
  const [first, second] = ['metadata1', 'metadata2'].map((word) => recordedBytes('raft-metadata.txt', word));
  if (first === undefined || second === undefined) throw new Error('both are recorded');
  expect(readRaftMetadata([first, second])).toEqual({ term: 2, vote: null });
  const voted = Uint8Array.from(second);
  voted.set([5], 8);
  voted.set([7], 16);
  voted.set([3], 24);
  expect(readRaftMetadata([voted, first])).toEqual({ term: 7, vote: '3' });
  // One that is being written is shorter, or empty.
  expect(readRaftMetadata([voted.subarray(0, 16), first])).toEqual({ term: 2, vote: null });
  expect(readRaftMetadata([null, new Uint8Array(0)])).toBeNull();
  const format = Uint8Array.from(first);
  format.set([2], 0);
  expect(readRaftMetadata([format])).toBeNull();
});

test('the local copy of the servers is read from the daemon, or from its file by sqlite3', () => {
  const rows = readResults(recordedAnswer('sql-raft-nodes.txt'))[0] ?? [];
  expect(readRaftNodes(rows)).toEqual([1, 2, 3].map(server));
  expect(readRaftLines('1|10.77.8.11:8443|0\n2|10.77.8.12:8443|0\n3|10.77.8.13:8443|0\n')).toEqual(
    [1, 2, 3].map(server),
  );
  expect(readRaftLines('4|10.77.8.14:8443|1\n5|10.77.8.15:8443|2\n').map(({ role }) => role)).toEqual([
    'stand-by',
    'spare',
  ]);
  expect(readRaftNodes(readResults(recordedAnswer('sql-raft-nodes-standalone.txt'))[0] ?? [])).toEqual([]);
  expect(readRaftLines('')).toEqual([]);
  expect(() => readResults({ Results: [{ columns: ['id'] }] })).toThrow(/another form/);
});
