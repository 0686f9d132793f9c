import { describe, expect, it } from 'vitest';
import { EventParser } from './sse';

describe('the event stream', () => {
  it('gives an event when its blank line has come', () => {
    const parser = new EventParser();
    expect(parser.feed('id: 7\nevent: machine\ndata: {"a"')).toEqual([]);
    expect(parser.feed(':1}\n\n')).toEqual([{ id: '7', event: 'machine', data: '{"a":1}' }]);
  });
  it('reads the same whatever the pieces it comes in', () => {
    const text = 'id: 1\r\nevent: a\r\ndata: x\r\ndata: y\r\n\r\n: beat\n\nid: 2\ndata: z\n\n';
    const whole = new EventParser().feed(text);
    const parser = new EventParser();
    expect([...text].flatMap((c) => parser.feed(c))).toEqual(whole);
    expect(whole).toEqual([
      { id: '1', event: 'a', data: 'x\ny' },
      { id: '2', event: 'message', data: 'z' },
    ]);
  });
  it('takes a comment for a heartbeat and not for an event', () => {
    expect(new EventParser().feed(': heartbeat\n\n')).toEqual([]);
  });
  it('keeps the last id for events that bring none', () => {
    expect(new EventParser().feed('id: 5\ndata: a\n\ndata: b\n\n').map((e) => e.id)).toEqual([
      '5',
      '5',
    ]);
  });
});
