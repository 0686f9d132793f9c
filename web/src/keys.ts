// Keys that work on every page. A page adds its own with `use_keys`.
import { signal } from '@preact/signals';
import { useLayoutEffect, type Inputs } from 'preact/hooks';

export const help_open = signal(false);

type Handler = (key: string) => boolean;
const handlers: Handler[] = [];

/** Takes single keys and "g x" pairs as long as the component is there, from its first paint on:
 *  what is seen may be used, and a later effect would miss a key that comes at once. */
export function use_keys(handler: Handler, inputs: Inputs): void {
  useLayoutEffect(() => {
    handlers.push(handler);
    return () => {
      handlers.splice(handlers.indexOf(handler), 1);
    };
  }, inputs);
}

const kPairTime = 1200;
let first: { key: string; at: number } | null = null;

/** "g" waits for its second key; everything else is taken at once. */
export function key_of(key: string, at: number): string | null {
  if (first && at - first.at < kPairTime) {
    const pair = `${first.key} ${key}`;
    first = null;
    return pair;
  }
  first = key === 'g' ? { key, at } : null;
  return first ? null : key;
}

function is_typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

export function start_keys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (is_typing(event.target)) return;
    // When it was pressed, not when a busy page came to it.
    const key = key_of(event.key, event.timeStamp);
    if (key === null) return;
    if ([...handlers].reverse().some((handler) => handler(key))) event.preventDefault();
  });
}
