// How what happened to programs is said.
import type { Deed, Origin, Revision } from './types';

export const origin_words: Record<Origin, string> = {
  uploaded: 'uploaded',
  fetched: 'fetched from a control',
  replaced: 'lay on the control before it was written over',
  restored: 'restored',
};

export const deed_words: Record<Deed, string> = {
  stored: 'stored',
  fetched: 'fetched',
  sent: 'sent',
  changed: 'renamed or moved',
  removed: 'removed',
  restored: 'taken back',
};

export function whence(revision: Revision, machine: string | null): string {
  if (revision.origin === 'restored') return `restored from revision ${revision.of}`;
  if (revision.origin === 'uploaded') return 'uploaded';
  const from = [machine, revision.place].filter(Boolean).join(', ');
  return revision.origin === 'fetched'
    ? `fetched from ${from}`
    : `was on ${from} before it was written over`;
}

/** "812 B", "14.2 kB", "3.1 MB". */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  const [value, unit] = size < 1_000_000 ? [size / 1000, 'kB'] : [size / 1_000_000, 'MB'];
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** The beginning of a hash, enough to compare by eye. */
export const short_hash = (sha256: string | null) => sha256?.slice(0, 12) ?? '–';

/** The state of an FTP or SFTP place in one line, without its secrets. */
export const place_of = (s: {
  protocol: string;
  host: string;
  port: number | null;
  directory: string;
}) => `${s.protocol}://${s.host}${s.port ? `:${s.port}` : ''}/${s.directory.replace(/^\//, '')}`;
