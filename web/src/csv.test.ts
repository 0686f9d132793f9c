import { expect, test } from 'vitest';
import { csv_of } from './csv';
import { oee_csv } from './oee/csv';
import type { Oee } from './oee/types';

test('quotes what would break a line or a cell, and leaves out what is not known', () => {
  const rows = [
    { a: 'say "no", now', b: null },
    { a: 'two\nlines', b: 0 },
  ];
  expect(
    csv_of(
      [
        ['a', (r: (typeof rows)[number]) => r.a],
        ['b', (r) => r.b],
      ],
      rows,
    ),
  ).toBe('a,b\r\n"say ""no"", now",\r\n"two\nlines",0\r\n');
});

test("tells a shift's pieces with what the machine did and why", () => {
  const oee = {
    pieces: [
      {
        from: '2026-11-02T06:00:00Z',
        to: '2026-11-02T06:10:00.5Z',
        use: 'in_cycle',
        activity: 0,
        shift: 0,
        reason: null,
      },
      {
        from: '2026-11-02T06:10:00.5Z',
        to: '2026-11-02T06:20:00Z',
        use: 'unplanned',
        activity: null,
        shift: 0,
        reason: 0,
      },
    ],
    activities: [{ state: 'IN_CYCLE', bucket: 'production' }],
    reasons: [{ code: 'waiting_material', by: 'rule' }],
  } as unknown as Oee;
  expect(oee_csv(oee).split('\r\n')).toEqual([
    'from,to,seconds,use,state,bucket,reason,reason_by',
    '2026-11-02T06:00:00Z,2026-11-02T06:10:00.5Z,600.500,in_cycle,IN_CYCLE,production,,',
    '2026-11-02T06:10:00.5Z,2026-11-02T06:20:00Z,599.500,unplanned,,,waiting_material,rule',
    '',
  ]);
});
