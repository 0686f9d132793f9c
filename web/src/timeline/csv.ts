// The timeline as a file that any spreadsheet opens.
import type { Stretch } from './layout';
import { to_rfc3339 } from '../time';

const quoted = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const csv_line = (fields: readonly string[]) => fields.map(quoted).join(',');

export function activities_csv(all: readonly Stretch[]): string {
  const head = 'from,to,seconds,state,bucket,in_cycle,executing,rule,placed';
  const rows = all.map(({ from, to, activity: a }) =>
    csv_line([
      to_rfc3339(from),
      to_rfc3339(to),
      ((to - from) / 1000).toFixed(3),
      a.state,
      a.bucket,
      String(a.in_cycle),
      String(a.executing),
      String(a.rule),
      a.placed,
    ]),
  );
  return [head, ...rows, ''].join('\r\n');
}

export function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
