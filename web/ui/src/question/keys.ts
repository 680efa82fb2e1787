/** What the keys of the page do. */
export interface Keys {
  search(): void;
  tab(index: number): void;
  minutes(by: -1 | 1): void;
  close(): void;
}

/** Whether the keys belong to a field or an open menu rather than to the page. */
function taken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, select, textarea, [popover], [contenteditable]') !== null;
}

/**
 * `/` searches, 1–6 choose a tab, `[` and `]` step the cutoff, Esc closes the
 * details. Returns what takes the keys off again.
 */
export function bindKeys(window: Window, keys: Keys): () => void {
  function pressed(event: KeyboardEvent) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      // An open menu closes itself on Esc; the details then stay.
      if (!window.document.querySelector(':popover-open')) keys.close();
      return;
    }
    if (taken(event.target)) return;
    if (event.key === '/') keys.search();
    else if (event.key === '[') keys.minutes(-1);
    else if (event.key === ']') keys.minutes(1);
    else if (/^[1-9]$/.test(event.key)) keys.tab(Number(event.key) - 1);
    else return;
    event.preventDefault();
  }
  window.addEventListener('keydown', pressed);
  return () => window.removeEventListener('keydown', pressed);
}
