// One line at the foot of the page about what just happened, with its undo.
import { signal } from '@preact/signals';
import { Icon } from './icon';

interface Notice {
  text: string;
  action?: { word: string; run: () => void };
}
export const notice = signal<Notice | null>(null);

let timer: ReturnType<typeof setTimeout> | undefined;
export function say(text: string, action?: Notice['action']): void {
  clearTimeout(timer);
  notice.value = action ? { text, action } : { text };
  // What can be undone stays until it is dismissed.
  if (!action) timer = setTimeout(() => (notice.value = null), 6000);
}

export function NoticeBar() {
  const shown = notice.value;
  return (
    <div class="notice-place" role="status" aria-live="polite">
      {shown && (
        <div class="notice">
          <span>{shown.text}</span>
          {shown.action && (
            <button
              type="button"
              onClick={() => {
                notice.value = null;
                shown.action?.run();
              }}
            >
              {shown.action.word}
            </button>
          )}
          <button
            type="button"
            class="plain square"
            aria-label="Dismiss"
            onClick={() => (notice.value = null)}
          >
            <Icon of="close" />
          </button>
        </div>
      )}
    </div>
  );
}
