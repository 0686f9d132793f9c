import { note_text, note_words, pieces } from './reading';
import type { NcNote, TokenLine } from './types';

/** One line of a program in its pieces, each in the colour of what it means. */
export function NcLine({ line, kinds }: { line: TokenLine; kinds: string[] }) {
  return (
    <>
      {pieces(line, kinds).map((piece, i) =>
        piece.look ? (
          <span key={i} class={`nc-${piece.look}`}>
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
      {line.left_out && <em> … {line.left_out} more bytes</em>}
    </>
  );
}

/** What a person should know of a line, below it. */
export function NcNotes({ notes }: { notes: NcNote[] }) {
  return (
    <>
      {notes.map((note, i) => (
        <span class={`nc-note ${note.kind === 'error' ? 'is-wrong' : ''}`} key={i}>
          <strong>{note_words[note.kind]}</strong> {note_text(note)}
        </span>
      ))}
    </>
  );
}
