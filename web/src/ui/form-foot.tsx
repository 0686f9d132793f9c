import type { ComponentChildren } from 'preact';

/** What a form in a dialog ends with: what it does, and the way out without. */
export function FormFoot({
  does = 'Save',
  leave = 'Cancel',
  danger = false,
  disabled = false,
  close,
  children,
}: {
  does?: string;
  leave?: string;
  danger?: boolean;
  disabled?: boolean;
  close: () => void;
  /** What else can be done there. */
  children?: ComponentChildren;
}) {
  return (
    <div class="actions">
      <button type="submit" class={danger ? 'danger' : 'primary'} disabled={disabled}>
        {does}
      </button>
      <button type="button" onClick={close}>
        {leave}
      </button>
      {children}
    </div>
  );
}
