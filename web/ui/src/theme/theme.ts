export type Theme = 'light' | 'dark';

const KEY = 'kaimen.theme';

/** The theme to start in: the last choice, else what the system prefers. */
export function startTheme(window: Window): Theme {
  const kept = window.localStorage.getItem(KEY);
  if (kept === 'light' || kept === 'dark') return kept;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Puts a theme on the document and remembers it. */
export function applyTheme(theme: Theme, window: Window, keep = true) {
  window.document.documentElement.dataset.theme = theme;
  if (keep) window.localStorage.setItem(KEY, theme);
}
