// The desk of whoever keeps the policy: the text under work, and what the server says of it.
import { batch, computed, effect, signal } from '@preact/signals';
import { as_problem, get, post, request, type Problem } from '../api';
import { say } from '../ui/notice';
import { keep_draft, load_draft } from './draft';
import type { Check, Notice, Policy, Vocabularies } from './types';
import { first_of_policy } from './spelling';
import { verdict } from './verdict';

/** After the last key. Longer than people pause within a word, shorter than they wait for. */
const kPause = 300;

interface Jump {
  line: number;
  column: number;
  /** Not when the page only opens at a place: who reads from the top is there still. */
  focus: boolean;
}

export class Workbench {
  readonly in_force = signal<Policy | null>(null);
  readonly text = signal('');
  readonly check = signal<Check | null>(null);
  /** The text that `check` is about. */
  readonly checked_text = signal<string | null>(null);
  readonly checking = signal(false);
  readonly problem = signal<Problem | null>(null);
  /** Where the writer is sent: the editor goes there and forgets it. */
  readonly jump = signal<Jump | null>(null);
  /** The draft began from a version that is no longer in force. */
  readonly outdated = signal(false);
  readonly kept = signal(true);

  readonly changed = computed(() => {
    const policy = this.in_force.value;
    return policy !== null && this.text.value !== policy.source;
  });
  /** Nothing while the answer is about an older text. */
  readonly verdict = computed(() => {
    const [check, policy] = [this.check.value, this.in_force.value];
    return check && policy ? verdict(check, policy.hash) : null;
  });
  readonly current = computed(() => this.checked_text.value === this.text.value);
  /** Of the text under work as far as it compiles, else of the version in force. */
  readonly words = computed<Vocabularies | null>(
    () => this.check.value?.words ?? this.in_force.value,
  );

  private asking: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stops: (() => void)[] = [];

  async open(): Promise<void> {
    this.problem.value = null;
    try {
      const policy = await get<Policy>('/policy');
      const draft = this.in_force.peek() ? null : load_draft();
      batch(() => {
        this.in_force.value = policy;
        this.text.value = draft?.text ?? policy.source;
        this.outdated.value = draft !== null && draft.base !== policy.hash;
        // Words stand first in the text; whoever opens it comes for what it promises.
        this.jump.value = { line: first_of_policy(this.text.value), column: 1, focus: false };
      });
      if (this.stops.length === 0) this.watch();
    } catch (error) {
      this.problem.value = as_problem(error);
    }
  }

  close(): void {
    for (const stop of this.stops.splice(0)) stop();
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  private watch(): void {
    this.stops.push(
      effect(() => {
        const [text, policy] = [this.text.value, this.in_force.value];
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.ask(text), this.check.peek() ? kPause : 0);
        if (policy)
          this.kept.value = keep_draft(text === policy.source ? null : { text, base: policy.hash });
      }),
    );
  }

  async ask(text: string): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.checking.value = true;
    try {
      const said = await request<Check>('POST', '/policy/check', {
        body: { text },
        signal: asking.signal,
      });
      this.check.value = said;
      this.checked_text.value = text;
      this.problem.value = null;
    } catch (error) {
      if (!asking.signal.aborted) this.problem.value = as_problem(error);
    } finally {
      if (this.asking === asking) this.checking.value = false;
    }
  }

  go_to(line: number, column = 1): void {
    this.jump.value = { line, column, focus: true };
  }
  go_to_clause(id: string): void {
    const lines = this.text.peek().split('\n');
    const at = lines.findIndex((line) => line.trim().split(/\s+/, 2).join(' ') === `clause ${id}`);
    if (at >= 0) this.go_to(at + 1);
  }

  /** Another text in place of the one under work, which one click brings back. */
  put(text: string, words: string): void {
    const before = this.text.peek();
    this.text.value = text;
    if (before !== this.in_force.peek()?.source)
      say(words, { word: 'Undo', run: () => (this.text.value = before) });
  }
  start_over(): void {
    const policy = this.in_force.peek();
    if (!policy) return;
    this.put(policy.source, 'Your changes were put aside.');
    this.outdated.value = false;
  }

  async give_notice(text: string, reaches_earlier_items: boolean): Promise<Notice> {
    const hash = this.check.peek()?.hash;
    return post<Notice>('/policy/notices', { hash, text, reaches_earlier_items });
  }

  async activate(notice: string | null): Promise<void> {
    await post('/policy/activate', {
      text: this.text.peek(),
      ...(notice !== null && { notice }),
    });
    this.check.value = null;
    this.outdated.value = false;
    await this.open();
  }
}
