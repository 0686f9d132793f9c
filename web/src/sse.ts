// The text/event-stream format (WHATWG HTML §9.2.6), fed piece by piece. The browser's own
// EventSource hides heartbeats and statuses; a board must know within seconds that it is old.

export interface ServerEvent {
  id: string | null;
  event: string;
  data: string;
}

export class EventParser {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private id: string | null = null;

  /** Events completed by this piece. Comment lines (heartbeats) complete none. */
  feed(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const pieces = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = pieces.pop() ?? '';
    for (const line of pieces) {
      if (line === '') this.finish(events);
      else this.take(line);
    }
    return events;
  }

  private finish(events: ServerEvent[]): void {
    if (this.data.length > 0 || this.event !== '')
      events.push({ id: this.id, event: this.event || 'message', data: this.data.join('\n') });
    this.event = '';
    this.data = [];
  }

  private take(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
  }
}
