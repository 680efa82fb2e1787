import type { Map as MapLibre } from 'maplibre-gl';

/** What of a source may be marked, one feature at a time. */
export type Mark = 'hover' | 'selected';

/** Marks features of a source by their state, which changes without touching the shapes. */
export function createMarks(map: MapLibre, source: string) {
  const marked: Record<Mark, string | undefined> = { hover: undefined, selected: undefined };

  function mark(what: Mark, id: string | undefined) {
    const before = marked[what];
    if (before === id) return;
    if (before !== undefined) map.setFeatureState({ source, id: before }, { [what]: false });
    if (id !== undefined) map.setFeatureState({ source, id }, { [what]: true });
    marked[what] = id;
  }

  return {
    mark,

    /** Forgets all states, as new features need it, but what is selected. */
    renew() {
      const { selected } = marked;
      map.removeFeatureState({ source });
      marked.hover = marked.selected = undefined;
      mark('selected', selected);
    },
  };
}
