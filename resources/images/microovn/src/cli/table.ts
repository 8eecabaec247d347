/** Rows of text under one header; every row has as many cells as the header. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * A frame of `+`, `-` and `|`, header centred (an odd gap leaves its extra space on the right), cells left-aligned,
 * a rule after every row.
 */
export function framed(table: Table): string {
  const widths = columnWidths(table);
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rows = table.rows.map((row) => line(row.map((cell, column) => left(cell, widths[column] ?? 0))) + rule);
  return rule + line(table.header.map((cell, column) => centre(cell, widths[column] ?? 0))) + rule + rows.join('');
}

/** The cells of {@link framed} without rules: two spaces before, between and after the columns. */
export function compact(table: Table): string {
  const widths = columnWidths(table);
  const line = (cells: readonly string[]) => `  ${cells.join('  ')}  \n`;
  return (
    line(table.header.map((cell, column) => centre(cell, widths[column] ?? 0))) +
    table.rows.map((row) => line(row.map((cell, column) => left(cell, widths[column] ?? 0)))).join('')
  );
}

/** RFC 4180 without a header line, ended by `\n` as Go's encoder does. */
export function csv(table: Table): string {
  const field = (text: string) =>
    /[",\r\n]|^[ \t]/.test(text) || text === '\\.' ? `"${text.replaceAll('"', '""')}"` : text;
  return table.rows.map((row) => `${row.map(field).join(',')}\n`).join('');
}

function columnWidths(table: Table): number[] {
  return table.header.map((title, column) =>
    Math.max(width(title), ...table.rows.map((row) => width(row[column] ?? ''))),
  );
}

function width(text: string): number {
  return [...text].length;
}

function left(text: string, columns: number): string {
  return text + ' '.repeat(columns - width(text));
}

function centre(text: string, columns: number): string {
  const gap = columns - width(text);
  return ' '.repeat(Math.floor(gap / 2)) + text + ' '.repeat(Math.ceil(gap / 2));
}
