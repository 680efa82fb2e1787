import { useQueries } from '@tanstack/vue-query';
import type { Position } from 'geojson';
import { computed, watch, type Ref } from 'vue';
import { getRoad } from '../api/scenarios';
import type { Facilities, Scenario, Summary } from '../api/types';
import type { Drawing } from '../map/drawing';
import type { Draft } from '../question/draft';
import { drawnChanges, roadsOf } from './drawing';
import { useScenarioWords } from './words';

/** Its name among what is drawn. */
export const OWNER = 'scenario';

interface Seen {
  study: Ref<Summary | undefined>;
  facilities: { data: Ref<Facilities | undefined> };
  /** What is being made, else what is asked under. */
  draft: Ref<Draft | undefined>;
  scenario: Ref<Scenario | undefined>;
  draw(owner: string, drawing: Drawing | undefined): void;
}

/** Keeps the changes of the scenario on the map: of the draft while it is open, else of that asked under. */
export function useScenarioDrawing({ study, facilities, draft, scenario, draw }: Seen) {
  const words = useScenarioWords();
  const changes = computed(() => (draft.value ?? scenario.value)?.changes ?? []);
  const named = computed(() => (study.value ? roadsOf(changes.value) : []));
  const found = useQueries({
    queries: computed(() =>
      named.value.map((id) => ({
        queryKey: ['road', study.value!.id, study.value!.snapshot, id],
        queryFn: ({ signal }: { signal: AbortSignal }) => getRoad(study.value!.id, id, signal),
        retry: false,
      })),
    ),
  });
  const roads = computed(() => {
    const lines = new Map<string, readonly Position[]>();
    found.value.forEach(({ data }, i) => data && lines.set(named.value[i]!, data.geometry.coordinates));
    return lines;
  });
  const drawing = computed<Drawing | undefined>(() => {
    if (!study.value || changes.value.length === 0) return undefined;
    const tell = (c: Scenario['changes'][number]) => words.change(c, study.value!, facilities.data.value);
    return { features: drawnChanges(changes.value, { facilities: facilities.data.value, roads: roads.value }, tell) };
  });
  watch(drawing, (d) => draw(OWNER, d), { immediate: true });
}
