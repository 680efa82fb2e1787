import { reactive, readonly } from 'vue';
import { format, parse, type State } from './question';

/**
 * The one store of the page, mirrored in the address bar. A change that a
 * reader would want to undo with the back button is pushed; one that only
 * follows the hand (moving the map, typing) replaces the entry.
 */
export function createStore(window: Window) {
  const state = reactive<State>(parse(window.location.search));
  let pending: number | undefined;

  function address(): string {
    return window.location.pathname + format(state);
  }

  function assign(change: State) {
    for (const [name, value] of Object.entries(change)) {
      const empty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
      if (empty) delete state[name as keyof State];
      else (state as Record<string, unknown>)[name] = value;
    }
  }

  function flush() {
    if (pending === undefined) return;
    window.clearTimeout(pending);
    pending = undefined;
    window.history.replaceState(null, '', address());
  }

  window.addEventListener('popstate', () => {
    window.clearTimeout(pending);
    pending = undefined;
    const next = parse(window.location.search);
    for (const name of Object.keys(state)) {
      if (!(name in next)) delete state[name as keyof State];
    }
    assign(next);
  });

  return {
    state: readonly(state) as Readonly<State>,

    /** Changes state as one step of the browser's history. */
    push(change: State) {
      flush();
      const before = format(state);
      assign(change);
      if (format(state) !== before) window.history.pushState(null, '', address());
    },

    /** Changes state in place; the address follows a moment later. */
    replace(change: State) {
      assign(change);
      window.clearTimeout(pending);
      // Browsers refuse more than about 100 changes of address in 30 seconds.
      pending = window.setTimeout(flush, 250);
    },
  };
}

export type Store = ReturnType<typeof createStore>;
