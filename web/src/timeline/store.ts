// What is known of a machine's past while somebody looks at it. The whole period is asked for once,
// coarse where it is long; where the view is closer than that is fine, tiles are asked for as soon as
// it rests, and then those beside it. What a view that moved on no longer needs is not waited for.
import { signal } from '@preact/signals';
import { as_problem, get, query, type Problem } from '../api';
import { precise_now } from '../clock';
import { to_rfc3339 } from '../time';
import type { Overview } from '../types';
import {
  are_fine,
  fine_enough,
  is_stale,
  kTileCells,
  lasting,
  layers,
  neighbours,
  piece_of,
  seamless,
  tiles,
  type Layer,
  type Piece,
  type Tile,
} from './piece';
import type { Span } from './view';

/** A view that was not moved for so long (ms) is looked at. */
const kRest = 70;
/** Told one by one up to so many: some 30 KB compressed, a day of a busy machine. */
const kActivities = 2000;
const kPeriodCells = 1600;
/** Pieces kept beside that of the period; each has a thousand cells or two thousand activities. */
const kKept = 48;

export class TimeStore {
  readonly pieces = signal<readonly Piece[]>([]);
  readonly problem = signal<Problem | null>(null);
  private wanted: { view: Span; width: number } | null = null;
  private period: Tile | null = null;
  private turn = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly asked = new Map<string, AbortController>();

  constructor(private readonly base: string) {}

  close(): void {
    clearTimeout(this.timer);
    for (const abort of this.asked.values()) abort.abort();
    this.asked.clear();
  }

  /** The period on the page. `turn` changes with the machine. */
  show(span: Span, turn: string): void {
    const key = `period ${span.from} ${span.to}`;
    this.turn = turn;
    if (this.period && this.period.key !== key) this.drop(this.period.key);
    this.period = { key, ...span };
    this.problem.value = null;
    this.refresh();
  }

  look(view: Span, width: number): void {
    this.wanted = { view, width };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), kRest);
  }

  /** The period once more after a failure. */
  again(): void {
    this.problem.value = null;
    this.refresh();
  }

  layers_of(view: Span, now: number): Layer[] {
    const all = layers(this.pieces.value, view);
    return seamless(all.map((layer) => ({ ...layer, piece: lasting(layer.piece, now) })));
  }

  period_piece(): Piece | null {
    return this.pieces.value.find(({ key }) => key === this.period?.key) ?? null;
  }

  private refresh(): void {
    const wants = [...this.wants()];
    const keys = new Set(wants.map(({ key }) => key));
    for (const key of [...this.asked.keys()]) if (!keys.has(key)) this.drop(key);
    for (const tile of wants) this.ask(tile);
  }

  /** What there should be, and is not yet or is old. Neighbours come after what is on screen. */
  private *wants(): Generator<Tile> {
    const now = precise_now();
    const fresh = this.pieces.value.filter((piece) => !is_stale(piece, this.turn, now));
    const is_due = (tile: Tile) => fresh.every(({ key }) => key !== tile.key);
    const period_due = this.period !== null && is_due(this.period);
    if (this.period && period_due) yield this.period;
    if (!this.wanted || this.wanted.width === 0) return;
    const { view, width } = this.wanted;
    if (period_due && this.holds(view)) return;
    const cell = fine_enough(view, width);
    const is_fine = (span: Span) => are_fine(layers(fresh, span), span, cell, now);
    const near = tiles(view, cell, now);
    if (!is_fine(view)) {
      yield* near.filter((tile) => is_due(tile) && !is_fine(tile));
    } else if (!layers(fresh, view).every(({ piece }) => piece.key === this.period?.key)) {
      yield* neighbours(near, now).filter((tile) => is_due(tile) && !is_fine(tile));
    }
  }

  private holds(view: Span): boolean {
    return this.period !== null && view.from >= this.period.from && view.to <= this.period.to;
  }

  private drop(key: string): void {
    this.asked.get(key)?.abort();
    this.asked.delete(key);
  }

  private ask(tile: Tile): void {
    if (this.asked.has(tile.key)) return;
    const abort = new AbortController();
    const turn = this.turn;
    this.asked.set(tile.key, abort);
    const of_period = tile.key.startsWith('period');
    const range = query({
      from: to_rfc3339(tile.from),
      to: to_rfc3339(tile.to),
      cells: of_period ? kPeriodCells : kTileCells,
      activities: kActivities,
    });
    get<Overview>(`${this.base}/activities/overview?${range}`, abort.signal).then(
      (overview) => {
        this.asked.delete(tile.key);
        if (abort.signal.aborted) return;
        this.keep(piece_of(tile.key, tile, overview, precise_now(), turn));
        this.refresh();
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        this.asked.delete(tile.key);
        this.problem.value = as_problem(error);
      },
    );
  }

  private keep(piece: Piece): void {
    const is_period = ({ key }: Piece) => key === this.period?.key;
    const others = this.pieces.value.filter(({ key }) => key !== piece.key);
    const all = [piece, ...others.filter((p) => is_period(p) || !p.key.startsWith('period'))];
    this.pieces.value = [...all.filter(is_period), ...all.filter((p) => !is_period(p))].slice(
      0,
      kKept,
    );
  }
}
