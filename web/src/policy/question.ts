// The question of the what-if explorer: one cell, and what is known of the request.
import { signal } from '@preact/signals';
import { from_example, type Knowledge } from './facts';
import type { CellChange, Vocabularies, Word } from './types';

export interface Cell {
  purpose: string;
  category: string;
  party: string;
}

export class Question {
  readonly cell = signal<Cell>({ purpose: '', category: '', party: '' });
  readonly knowledge = signal<Knowledge>({});
  /** Against the text under work, or the version in force. */
  readonly edited = signal(true);

  /** Puts a change's own example. */
  take(change: CellChange): void {
    const { purpose, category, party } = change;
    this.cell.value = { purpose, category, party };
    this.knowledge.value = from_example(change.holds, change.fails);
    this.edited.value = true;
  }
  /** Words that a vocabulary does not have give way to its first ones. */
  fit(words: Vocabularies): void {
    const { purpose, category, party } = this.cell.peek();
    const next = {
      purpose: fitting(words.purposes, purpose),
      category: fitting(words.categories, category),
      party: fitting(words.parties, party),
    };
    const same = next.purpose === purpose && next.category === category && next.party === party;
    if (!same) this.cell.value = next;
  }
}

const fitting = (words: readonly Word[], path: string) =>
  words.some((w) => w.path === path) ? path : (words[0]?.path ?? '');
