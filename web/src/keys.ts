// Keys that work on every page. A page adds its own with `while_open`.
import { signal } from '@preact/signals';

export const help_open = signal(false);

type Handler = (key: string) => boolean;
const handlers: Handler[] = [];

/** Adds a handler for single keys and for "g x" pairs; call the result to take it away. */
export function on_keys(handler: Handler): () => void {
  handlers.push(handler);
  return () => {
    handlers.splice(handlers.indexOf(handler), 1);
  };
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
    const key = key_of(event.key, Date.now());
    if (key === null) return;
    if ([...handlers].reverse().some((handler) => handler(key))) event.preventDefault();
  });
}
