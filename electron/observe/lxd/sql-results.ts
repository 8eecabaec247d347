import { LabError } from '../../../shared/errors.ts';

/** A row by column. Columns that the database does not have are absent. */
export type Row = Readonly<Record<string, string | number | null>>;

/**
 * Rows of each statement of a `POST /internal/sql` (what `lxd sql` sends), in the order asked.
 * @param metadata e.g. `{"Results": [{"type": "select", "columns": ["id", "name"], "rows": [[1, "node-1"]], "rows_affected": 0}]}`; `rows` is null
 * where there are none
 * @throws LabError 'source/unreadable'
 */
export function readResults(metadata: unknown): readonly (readonly Row[])[] {
  const results = typeof metadata === 'object' && metadata !== null && 'Results' in metadata ? metadata.Results : null;
  if (!Array.isArray(results)) throw unreadable(metadata);
  return results.map((result: unknown) => {
    if (typeof result !== 'object' || result === null) throw unreadable(metadata);
    const { columns, rows } = result as { columns?: unknown; rows?: unknown };
    if (!Array.isArray(columns) || (rows !== null && !Array.isArray(rows))) throw unreadable(metadata);
    return (rows ?? []).map((row: unknown) => {
      if (!Array.isArray(row)) throw unreadable(metadata);
      return Object.fromEntries(columns.map((column, at) => [String(column), valueOf(row[at])]));
    });
  });
}

/** A cell as text; '' for NULL. */
export function textOf(row: Row, column: string): string {
  return String(row[column] ?? '');
}

function valueOf(cell: unknown): string | number | null {
  return typeof cell === 'string' || typeof cell === 'number' ? cell : null;
}

function unreadable(metadata: unknown): LabError {
  return new LabError('source/unreadable', 'The answer to a question in SQL has another form.', {
    detail: JSON.stringify(metadata),
  });
}
