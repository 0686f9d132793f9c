import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Unreachable } from '../api';
import { ProblemNote } from './problem';
import { Skeleton } from './skeleton';

/** A page, or a part of one, that comes when it is first opened, so that nothing waits for it. */
export function Later<Props extends object = object>({
  load,
  given,
  lines = 6,
}: {
  load: () => Promise<{ default: ComponentType<Props> }>;
  given?: Props;
  lines?: number;
}) {
  const [page, set_page] = useState<{ of: ComponentType<Props> } | null>(null);
  const [failed, set_failed] = useState(false);
  const [turn, set_turn] = useState(0);
  useEffect(() => {
    let gone = false;
    set_failed(false);
    load().then(
      (module) => gone || set_page({ of: module.default }),
      () => gone || set_failed(true),
    );
    return () => {
      gone = true;
    };
  }, [load, turn]);
  if (failed)
    return <ProblemNote problem={new Unreachable()} retry={() => set_turn((n) => n + 1)} />;
  return page ? <page.of {...(given ?? ({} as Props))} /> : <Skeleton lines={lines} />;
}
