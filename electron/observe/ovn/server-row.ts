import type { Row, Tables } from '../../../shared/ovsdb/rows.ts';
import { references, text } from '../../../shared/ovsdb/rows.ts';
import type { TableRequests } from './monitors.ts';

/** What an ovsdb-server says of one of its databases: table `Database` of `_Server` (ovsdb-server(7) section 3). */
export interface ServerRow {
  /** `clustered`, `relay`, `standalone`. */
  readonly model: string;
  readonly connected: boolean;
  readonly leads: boolean;
  /** Short ids, e.g. `da88`; null while it has none. */
  readonly clusterId: string | null;
  readonly serverId: string | null;
  /** Last applied entry of the log; null for a database without one. */
  readonly index: number | null;
}

/** The monitor of `_Server` for one database. Never its `schema` column: 16 kB for each row. */
export function serverRowRequest(name: string): TableRequests {
  const columns = ['name', 'model', 'connected', 'leader', 'cid', 'sid', 'index'];
  return { Database: { columns, where: [['name', '==', name]] } };
}

/** The row of the one database asked for; null while the server has it not yet. */
export function readServerRow(tables: Tables): ServerRow | null {
  const [row] = tables.table('Database').values();
  return row === undefined ? null : readRow(row);
}

function readRow(row: Row): ServerRow {
  const short = (column: string) => references(row[column])[0]?.slice(0, 4) ?? null;
  return {
    // Defaults (false, empty sets) are left out on the wire.
    model: text(row['model']),
    connected: row['connected'] === true,
    leads: row['leader'] === true,
    clusterId: short('cid'),
    serverId: short('sid'),
    index: typeof row['index'] === 'number' ? row['index'] : null,
  };
}

/** Whether more changed than the index, which moves with each write. */
export function changedRole(before: ServerRow | null, after: ServerRow | null): boolean {
  if (before === null || after === null) return before !== after;
  return (
    before.model !== after.model ||
    before.connected !== after.connected ||
    before.leads !== after.leads ||
    before.clusterId !== after.clusterId ||
    before.serverId !== after.serverId
  );
}
