// What a view shows as a file that any spreadsheet opens (RFC 4180).

type Value = string | number | boolean | null | undefined;
/** A column: its name, and what it says of a row; nothing is an empty cell. */
export type Columns<Row> = readonly (readonly [string, (row: Row) => Value])[];

const quoted = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const csv_line = (fields: readonly string[]) => fields.map(quoted).join(',');

export function csv_of<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const lines = rows.map((row) => csv_line(columns.map(([, of]) => String(of(row) ?? ''))));
  return [csv_line(columns.map(([name]) => name)), ...lines, ''].join('\r\n');
}

export function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
