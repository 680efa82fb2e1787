import { useQuery } from '@tanstack/vue-query';
import { computed, watch } from 'vue';
import { getFound, type FoundRow } from '../api/find';
import type { Bounds } from '../api/types';
import type { Drawing, LonLat } from '../map/drawing';
import type { Page } from '../page/page';

/** Who draws. */
const OWNER = 'search';

/** Where on the map a thing is. */
export function whereIs(row: FoundRow): Bounds | LonLat | undefined {
  return (row.bounds as Bounds | undefined) ?? (row.at as LonLat | undefined);
}

/** What is drawn of a road, an estate or a place. */
export function drawingOf(row: FoundRow): Drawing | undefined {
  const one = { id: row.id, label: row.name };
  if (row.lines) {
    const coordinates = row.lines as [number, number][][];
    return { features: [{ ...one, look: 'road', geometry: { type: 'MultiLineString', coordinates } }] };
  }
  return row.at ? { features: [{ ...one, look: 'place', geometry: { type: 'Point', coordinates: row.at as [number, number] } }] } : undefined;
}

/** Shows the thing that the address names, for those that no panel shows: "road/汉安大道". */
export function showFound(page: Page): void {
  const { state, study, snapshot } = page;
  const wanted = computed(() => {
    const text = state.found;
    const cut = text?.indexOf('/') ?? -1;
    return text && cut > 0 ? { group: text.slice(0, cut), id: text.slice(cut + 1) } : undefined;
  });
  const row = useQuery({
    queryKey: computed(() => ['found', study.value?.id, snapshot.value, wanted.value]),
    queryFn: async ({ signal }) => (await getFound(study.value!.id, wanted.value!.group, wanted.value!.id, signal)) ?? null,
    enabled: computed(() => study.value !== undefined && wanted.value !== undefined),
  });
  watch(
    [row.data, wanted],
    ([found, now]) => {
      page.draw(OWNER, now && found ? drawingOf(found) : undefined);
      const to = now && found && whereIs(found);
      if (to) page.show(to);
    },
    { immediate: true },
  );
}
