import { keepPreviousData, useQueries, useQuery, type QueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { getCoverage, getFacilities, getGaps, getStudies, getSummary, getZones } from '../api/client';
import { getBasemaps } from '../api/map';
import type { Coverage, Summary, ZoneProperties } from '../api/types';
import { parameters, resolve, type Question, type State } from './question';

/** How many of the largest gap places are fetched for map and list. */
export const GAP_LIMIT = 1000;

interface Asked {
  signal: AbortSignal;
}

// What each thing that the first view needs is kept under, and how it is asked for.
const STUDIES = { queryKey: ['studies'], queryFn: ({ signal }: Asked) => getStudies(signal) };
const summaryOf = (study: string) => ({
  queryKey: ['summary', study],
  queryFn: ({ signal }: Asked) => getSummary(study, signal),
});
const coverageOf = (q: Question, snapshot: string) => ({
  queryKey: ['coverage', q.study, snapshot, parameters(q)],
  queryFn: ({ signal }: Asked) => getCoverage(q, signal),
});
const zonesOf = ({ id, snapshot }: Summary, level: string) => ({
  queryKey: ['zones', id, snapshot, level],
  queryFn: ({ signal }: Asked) => getZones(id, level, signal),
});

/**
 * Asks what the first view will ask while its scripts are still coming. What
 * fails here is asked again, and told, by the page itself.
 */
export async function askAhead(client: QueryClient, state: State) {
  try {
    const id = state.study ?? (await client.fetchQuery(STUDIES))[0]?.id;
    const summary = id === undefined ? undefined : await client.fetchQuery(summaryOf(id));
    const question = summary && resolve(state, summary);
    if (!question) return;
    void client.prefetchQuery(coverageOf(question, summary.snapshot));
    for (const level of outlined(summary, question.level)) void client.prefetchQuery(zonesOf(summary, level));
  } catch {
    // The page tells of it.
  }
}

/** The studies of the server, and the whole of the one asked about. */
export function useStudy(wanted: Ref<string | undefined>) {
  const studies = useQuery(STUDIES);
  const id = computed(() => wanted.value ?? studies.data.value?.[0]?.id);
  const summary = useQuery(computed(() => ({ ...summaryOf(id.value ?? ''), enabled: id.value !== undefined })));
  return { studies, summary };
}

/** Answers to the question: coverage always, the places in the gaps when they are looked at. */
export function useAnswer(question: Ref<Question | undefined>, snapshot: Ref<string>, withGaps: Ref<boolean>) {
  const coverage = useQuery(
    computed(() => ({
      ...(question.value ? coverageOf(question.value, snapshot.value) : { queryKey: ['coverage'] }),
      enabled: question.value !== undefined,
      placeholderData: keepPreviousData<Coverage>,
    })),
  );
  const gaps = useQuery({
    queryKey: computed(() => {
      const q = question.value;
      return ['gaps', ...(q ? [q.study, snapshot.value, parameters(q)] : [])];
    }),
    queryFn: ({ signal }) => getGaps(question.value!, GAP_LIMIT, signal),
    enabled: computed(() => question.value !== undefined && withGaps.value),
  });
  return { coverage, gaps };
}

/** Levels that have outlines of their own, outermost first. */
const DRAWN = ['street', 'community', 'grid', 'building'];

/** The levels down to one that a study has outlines of, outermost first. */
function outlined(summary: Summary | undefined, level: string | undefined): string[] {
  const present = summary?.levels.map((l) => l.level) ?? [];
  return DRAWN.slice(0, DRAWN.indexOf(level ?? '') + 1).filter((l) => present.includes(l));
}

/**
 * The zones of the asked level with their outlines, and the names of these
 * and of all zones around them.
 */
export function useZones(summary: Ref<Summary | undefined>, level: Ref<string | undefined>) {
  const needed = computed(() => outlined(summary.value, level.value));
  const results = useQueries({ queries: computed(() => needed.value.map((l) => zonesOf(summary.value!, l))) });
  const zones = computed(() => {
    const at = needed.value.indexOf(level.value ?? '');
    return at < 0 ? undefined : results.value[at]?.data;
  });
  const directory = computed(() => {
    const all = new Map<string, ZoneProperties>();
    results.value.forEach((result, i) => {
      for (const { properties } of result.data?.features ?? []) {
        all.set(properties.id, { ...properties, level: properties.level ?? needed.value[i]! });
      }
    });
    return all;
  });
  return { zones, directory };
}

/** All facilities of a study. */
export function useFacilities(summary: Ref<Summary | undefined>) {
  return useQuery({
    queryKey: computed(() => ['facilities', summary.value?.id, summary.value?.snapshot]),
    queryFn: ({ signal }) => getFacilities(summary.value!.id, signal),
    enabled: computed(() => (summary.value?.counts.facilities ?? 0) > 0),
  });
}

/** The base maps of others that may be shown; asked for when one is wanted. */
export function useBasemaps(wanted: Ref<boolean>) {
  return useQuery({ queryKey: ['basemaps'], queryFn: ({ signal }) => getBasemaps(signal), enabled: wanted });
}

/** The base map of others, while it is switched on. */
export function useBasemap(on: Ref<boolean>) {
  const { data } = useBasemaps(on);
  return computed(() => (on.value ? data.value?.[0] : undefined));
}
