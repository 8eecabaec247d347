import type { Row } from './sql-results.ts';
import { textOf } from './sql-results.ts';

/** LXD's words for dqlite's roles, by number (`lxd cluster show` of LXD 5.0 prints them). */
const roles = ['voter', 'stand-by', 'spare'];

/** A server of the database as one node knows it. */
export interface RaftNode {
  /** Raft id as printed, e.g. `7`. */
  readonly id: string;
  /** E.g. `172.28.31.12:8443`. */
  readonly address: string;
  /** `voter`, `stand-by`, `spare`; `role N` for a number that has no word. */
  readonly role: string;
}

/** Its word for a role of dqlite. */
export function roleWord(role: number): string {
  return roles[role] ?? `role ${role}`;
}

/** Rows of `SELECT * FROM raft_nodes` on the local database: `id|address|role|name`. None while the node is not clustered. */
export function readRaftNodes(rows: readonly Row[]): readonly RaftNode[] {
  return rows
    .filter((row) => textOf(row, 'address').includes(':'))
    .map((row) => ({
      id: textOf(row, 'id'),
      address: textOf(row, 'address'),
      role: roleWord(Number(row['role'])),
    }));
}

/** Lines of `sqlite3 -readonly -separator '|' local.db 'SELECT id, address, role FROM raft_nodes'`, e.g. `1|172.28.31.11:8443|0`. */
export function readRaftLines(printed: string): readonly RaftNode[] {
  return readRaftNodes(
    printed
      .split('\n')
      .map((line) => line.split('|'))
      .filter((cells) => cells.length === 3)
      .map(([id = '', address = '', role = '']) => ({ id, address, role: Number(role) })),
  );
}
