import { describe, expect, it } from 'vitest';
import { lay_out, line_at, lines_with, mark_of, offset_of } from './marks';
import type { Finding } from './types';

const finding = (line: number, column: number, length: number, more = {}): Finding => ({
  severity: 'error',
  check: 'syntax',
  file: 'policy',
  line,
  column,
  length,
  clause: '',
  message: 'm',
  mend: 'n',
  ...more,
});
const under = (text: string, f: Finding) => {
  const { from, to } = mark_of(text, f);
  return text.slice(from, to);
};

describe('a finding is underlined where it stands', () => {
  it('by line and column', () => {
    expect(under('one\nallow procesor', finding(2, 7, 8))).toBe('procesor');
  });
  it('with columns in characters and length in bytes', () => {
    expect(under('"é😀" wörd x', finding(1, 6, 5))).toBe('wörd');
    expect(under('😀😀x', finding(1, 2, 4))).toBe('😀');
  });
  it('to the end of its line and no further', () => {
    expect(under('"open\nnext', finding(1, 1, 500))).toBe('"open');
  });
  it('on the last character when it stands at the end of the line or of the text', () => {
    expect(under('clause 3\n', finding(1, 9, 0))).toBe('3');
    expect(under('clause 3', finding(1, 9, 1))).toBe('3');
  });
  it('nowhere, without harm, when the text is shorter than the finding thinks', () => {
    expect(under('', finding(9, 9, 9))).toBe('');
    expect(under('a\n', finding(2, 1, 1))).toBe('');
  });
});

describe('places', () => {
  it('lead there and back', () => {
    const text = 'a\nbc\n\nd';
    for (const line of [1, 2, 3, 4]) expect(line_at(text, offset_of(text, line))).toBe(line);
    expect(offset_of(text, 2, 99)).toBe(4);
    expect(offset_of(text, 99)).toBe(text.length);
  });
});

describe('the layers', () => {
  const text = 'allow "two\nlines" to x\n';
  it('together are the text, line by line', () => {
    const lines = lay_out(text, [mark_of(text, finding(2, 8, 2))]);
    expect(lines.map((line) => line.map((p) => p.text).join('')).join('\n')).toBe(text);
    expect(lines).toHaveLength(3);
  });
  it('carry a text’s look over its line ends', () => {
    expect(lay_out(text, [])[1]?.[0]).toEqual({ text: 'lines"', look: 'text', mark: null });
  });
  it('show an error over a warning', () => {
    const marks = [
      mark_of(text, finding(1, 1, 5, { severity: 'warning' })),
      mark_of(text, finding(1, 3, 2)),
    ];
    expect(
      lay_out(text, marks)[0]
        ?.slice(0, 3)
        .map((p) => [p.text, p.mark]),
    ).toEqual([
      ['al', 'warning'],
      ['lo', 'error'],
      ['w', 'warning'],
    ]);
  });
  it('mark a line by its worst finding', () => {
    const warning = finding(4, 1, 1, { severity: 'warning' });
    expect(lines_with([finding(4, 9, 1), warning])).toEqual(new Map([[4, 'error']]));
    expect(lines_with([warning])).toEqual(new Map([[4, 'warning']]));
  });
});
