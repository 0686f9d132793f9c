// The list of programs, and who did what when with them, as files.
import { csv_of } from '../csv';
import type { Names } from './names';
import type { LedgerLine, Program } from './types';

export const programs_csv = (programs: readonly Program[], names: Names) =>
  csv_of<Program>(
    [
      ['program', (p) => p.name],
      ['folder', (p) => p.folder],
      ['machine', (p) => names.machine(p.machine)],
      ['bytes', (p) => (p.current ? p.size : null)],
      ['revision', (p) => p.current || null],
      ['sha256', (p) => p.sha256],
      ['changed', (p) => p.changed],
      ['removed', (p) => p.removed],
      ['id', (p) => p.id],
    ],
    programs,
  );

export const ledger_csv = (lines: readonly LedgerLine[], names: Names) =>
  csv_of<LedgerLine>(
    [
      ['at', (l) => l.at],
      ['who', (l) => names.person(l.who)],
      ['what', (l) => l.what],
      ['program', (l) => l.name],
      ['machine', (l) => names.machine(l.machine)],
      ['revision', (l) => l.revision],
      ['place', (l) => l.place],
      ['bytes', (l) => l.size],
      ['sha256', (l) => l.sha256],
      ['written_over', (l) => l.replaced],
    ],
    lines,
  );
