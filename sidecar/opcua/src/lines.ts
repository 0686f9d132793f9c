// What is told to the box: one JSON array a line, its first element the word. This is the whole of
// it; src/wire/opcua/line.h reads it, and says the same.

export type Plain = string | number | boolean | null;

export type Line =
  /** The first line. */
  | ['heed-opcua', 1]
  /** For who adds the machine: done, or not. */
  | ['step', boolean, string]
  /** Nodes that were told are forgotten; the new ones follow. */
  | ['nodes']
  /** A variable of the machine: number, path of browse names, type of its parent, unit. */
  | ['node', number, string, string, string]
  /** A variable that the settings name: number, its place in their list. */
  | ['custom', number, number]
  /** Connected. True: it is the old subscription, and nothing was lost. */
  | ['up', boolean, string]
  /** The connection is broken and is being mended: an `up` follows, or a `down`. */
  | ['broken', string]
  /** The connection is over; another attempt follows. */
  | ['down', string]
  /** Number, source's time, status code, value. */
  | ['value', number, string | null, number, Plain]
  /** Condition, time, active, severity (1 to 1000), code, text. */
  | ['alarm', string, string | null, boolean, number, string, string]
  /** Time, severity, code, text. */
  | ['message', string | null, number, string, string]
  /** So many notifications are missing; why. */
  | ['lost', number, string];

/** Longer texts are cut; the box takes no line above 64 KiB. */
export const kLongestText = 4096;

// Lone surrogates are no UTF-8.
const clean = (text: string) => text.slice(0, kLongestText).replace(/\p{Surrogate}/gu, '\ufffd');

/** Written at once and in full: a box that does not read holds us, and with us the server, back. */
export function tell(line: Line) {
  const cut = line.map((part) => (typeof part === 'string' ? clean(part) : part));
  process.stdout.write(JSON.stringify(cut) + '\n');
}

export const step = (words: string, ok = true) => tell(['step', ok, words]);
