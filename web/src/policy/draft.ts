// The text under work outlives a reload of its page, in this tab alone.

const kDraft = 'heed.policy.draft';

export interface Draft {
  text: string;
  /** Hash of the version that it began from. */
  base: string;
}

export function load_draft(storage: Storage = sessionStorage): Draft | null {
  try {
    const draft = JSON.parse(storage.getItem(kDraft) ?? 'null') as Partial<Draft> | null;
    if (typeof draft?.text !== 'string' || typeof draft.base !== 'string') return null;
    return { text: draft.text, base: draft.base };
  } catch {
    return null;
  }
}

/** Whether it could be kept: a browser may refuse for want of room. */
export function keep_draft(draft: Draft | null, storage: Storage = sessionStorage): boolean {
  try {
    if (draft) storage.setItem(kDraft, JSON.stringify(draft));
    else storage.removeItem(kDraft);
    return true;
  } catch {
    return false;
  }
}
