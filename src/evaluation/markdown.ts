/** A table as Markdown, its first column on the left and the others on the right. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, i) => (i === 0 ? '---' : '---:'));
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}

/** What a table has of each row, by the columns' headings. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string>>;

/** A {@link markdownTable} with a line for each row. */
export function tableOfColumns<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const cells = Object.values(columns);
  return markdownTable(
    Object.keys(columns),
    rows.map((row) => cells.map((cell) => cell(row))),
  );
}
