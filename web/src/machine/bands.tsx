import { useSignal } from '@preact/signals';
import { clock_seconds, duration } from '../format';
import { ticks } from '../timeline/ticks';
import { t_of, x_of, type Span } from '../timeline/view';
import type { Band } from './columns';

const kHeight = 84;

/** Words over time as bands. Neutral shades: colours are kept for states. */
export function WordBands({
  bands,
  view,
  width,
  zoom_at,
}: {
  bands: readonly Band[];
  view: Span;
  width: number;
  zoom_at: (x: number) => void;
}) {
  const pointed = useSignal<number | null>(null);
  const shades = new Map<string, number>();
  for (const { text } of bands)
    if (text !== null && !shades.has(text)) shades.set(text, shades.size % 4);
  const shown = bands.filter((band) => band.to > view.from && band.from < view.to);
  const at = pointed.value === null ? null : t_of(pointed.value, view, width);
  const under = at === null ? undefined : shown.find((band) => band.from <= at && at < band.to);
  return (
    <div class="bands">
      <svg
        width={width}
        height={kHeight}
        role="img"
        aria-label="Words over the time in view. CSV has every value."
        onPointerMove={(event) => (pointed.value = event.offsetX)}
        onPointerLeave={() => (pointed.value = null)}
        onDblClick={(event) => zoom_at(event.offsetX)}
      >
        {shown.map((band) => {
          const x0 = Math.max(0, x_of(band.from, view, width));
          const x1 = Math.min(width, x_of(band.to, view, width));
          const room = x1 - x0;
          return (
            <g key={band.from}>
              <rect
                x={x0}
                y={22}
                width={Math.max(0.6, room - (room > 4 ? 1 : 0))}
                height={44}
                class={
                  band.text === null ? 'band band-unsaid' : `band band-${shades.get(band.text)}`
                }
              />
              {room > 40 && (
                <svg x={x0} y={22} width={room - 4} height={44}>
                  <text x={6} y={26}>
                    {band.text ?? 'unavailable'}
                  </text>
                </svg>
              )}
            </g>
          );
        })}
        {ticks(view, width).map(({ at: t, label }) => (
          <text key={t} class="band-tick" x={x_of(t, view, width)} y={12} text-anchor="middle">
            {label}
          </text>
        ))}
      </svg>
      <p class="readout num">
        {under ? (
          <>
            <b>{under.text ?? 'unavailable'}</b> {clock_seconds(under.from)} –{' '}
            {clock_seconds(under.to)} <span class="hint">{duration(under.to - under.from)}</span>
          </>
        ) : (
          <span class="hint">Point at a band to read it. Double-click zooms in.</span>
        )}
      </p>
    </div>
  );
}
