// The looks of a policy's text: which characters are keywords, words, texts, comments. It follows
// the lexer of the policy language and never fails, whatever is typed.

export type Look = 'keyword' | 'verdict' | 'text' | 'comment' | 'number' | 'name' | 'sign';
export interface Token {
  from: number;
  to: number;
  look: Look;
}

const kKeywords = new Set(
  (
    'policy overlay words version uses review every category purpose party source subject region ' +
    'channel condition event as sensitive independent paid kind record series of clause section ' +
    'keeps information except for to from about in by when unless keep until expire sharing with ' +
    'at notify within verify answer aggregate least log ground any hour hours day days month ' +
    'months year years'
  ).split(' '),
);
const kVerdicts = new Set(['allow', 'deny']);

// Alternatives in the order of the lexer; an unended text runs to the end. A clause's id, such as
// 3.2 or 4.b, begins with a digit and is taken whole.
const kToken = /#[^\n]*|"(?:[^"\\]|\\[^]?)*"?|\d[\w.-]*|[A-Za-z][\w-]*|[{},.+]/g;

export function spell(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(kToken)) {
    const from = match.index;
    tokens.push({ from, to: from + match[0].length, look: look_of(match[0], text[from - 1]) });
  }
  return tokens;
}

function look_of(token: string, before: string | undefined): Look {
  const first = token[0] as string;
  if (first === '#') return 'comment';
  if (first === '"') return 'text';
  if (first >= '0' && first <= '9') return 'number';
  if ('{},.+'.includes(first)) return 'sign';
  // Below a dot it is a part of a path, whatever it is called.
  if (before === '.') return 'name';
  if (kVerdicts.has(token)) return 'verdict';
  return kKeywords.has(token) ? 'keyword' : 'name';
}

/** The line where the policy itself begins, after the words that it stands on. */
export function first_of_policy(text: string): number {
  const at = text.search(/^policy[ \t]/m);
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}

export interface Heading {
  id: string;
  line: number;
  sentence: string;
}
const kClause = /^[ \t]*clause[ \t]+([\w.-]+)/;

/** The clauses of a text, for jumping to them. */
export function outline(text: string): Heading[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const id = kClause.exec(line)?.[1];
    return id ? [{ id, line: index + 1, sentence: sentence_after(lines, index) }] : [];
  });
}

/** The last text before the clause's brace: a section's text may stand before it. */
function sentence_after(lines: string[], index: number): string {
  const head = lines.slice(index, index + 12).join('\n');
  let found = '';
  for (const token of spell(head)) {
    const said = head.slice(token.from, token.to);
    if (said === '{' || said === 'information' || (token.from > 0 && said === 'clause')) {
      if (found || said === '{') break;
    }
    if (token.look === 'text') found = said;
  }
  return found.replace(/^"|"$/g, '').replace(/\s+/g, ' ');
}
