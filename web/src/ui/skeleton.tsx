/** Holds the place of what is being loaded. It appears only after half a second (CSS). */
export function Skeleton({ lines = 3, tall = false }: { lines?: number; tall?: boolean }) {
  return (
    <div class={`skeleton ${tall ? 'skeleton-tall' : ''}`} role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}
