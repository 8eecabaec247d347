/** What a dqlite server has promised: it outlives the process. */
export interface RaftPromise {
  readonly term: number;
  /** Raft id of the server it voted for in this term, e.g. `2`; null when it voted for none. */
  readonly vote: string | null;
}

/**
 * The newer of dqlite's files `metadata1` and `metadata2`, which it writes in turn. Each is four unsigned 64-bit numbers, little-endian: format (1),
 * version, term, voted for (0: nobody), see src/raft/uv_metadata.c of dqlite. A file that is being written is left out.
 * @returns null when neither can be read
 */
export function readRaftMetadata(files: readonly (Uint8Array | null)[]): RaftPromise | null {
  const read = files.flatMap((bytes) => {
    if (bytes?.length !== 32) return [];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const number = (at: number) => view.getBigUint64(at * 8, true);
    return number(0) === 1n ? [{ version: number(1), term: Number(number(2)), vote: number(3) }] : [];
  });
  const newest = read.toSorted((a, b) => (a.version < b.version ? 1 : -1))[0];
  if (newest === undefined) return null;
  return { term: newest.term, vote: newest.vote === 0n ? null : String(newest.vote) };
}
