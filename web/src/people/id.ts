// Ids of persons as this program writes them: 26 characters of Crockford's base 32.

const kId = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** As it was typed or pasted, without the blanks around and in lower case; null when it is none. */
export function person_id(text: string): string | null {
  const id = text.trim().toLowerCase();
  return kId.test(id) ? id : null;
}

/** The receipt's own text, which stands as a string in the first line of what is given away. */
export function receipt_in<T>(lines: string): T {
  const first = JSON.parse(lines.slice(0, lines.indexOf('\n'))) as { receipt: string };
  return JSON.parse(first.receipt) as T;
}

/** "1 record", "3 records". */
export const counted = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
