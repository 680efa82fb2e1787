import { keepPreviousData, useQueries, useQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { getCoverage, getFacilities, getGaps, getStudies, getSummary, getZones } from '../api/client';
import { getBasemaps } from '../api/map';
import type { Summary, ZoneProperties } from '../api/types';
import { parameters, type Question } from './question';

/** How many of the largest gap places are fetched for map and list. */
export const GAP_LIMIT = 1000;

/** The studies of the server, and the whole of the one asked about. */
export function useStudy(wanted: Ref<string | undefined>) {
  const studies = useQuery({ queryKey: ['studies'], queryFn: ({ signal }) => getStudies(signal) });
  const id = computed(() => wanted.value ?? studies.data.value?.[0]?.id);
  const summary = useQuery({
    queryKey: computed(() => ['summary', id.value]),
    queryFn: ({ signal }) => getSummary(id.value!, signal),
    enabled: computed(() => id.value !== undefined),
  });
  return { studies, summary };
}

/** Answers to the question: coverage always, the places in the gaps when they are looked at. */
export function useAnswer(question: Ref<Question | undefined>, snapshot: Ref<string>, withGaps: Ref<boolean>) {
  const key = computed(() => {
    const q = question.value;
    return q ? [q.study, snapshot.value, parameters(q)] : [];
  });
  const asked = computed(() => question.value !== undefined);
  const coverage = useQuery({
    queryKey: computed(() => ['coverage', ...key.value]),
    queryFn: ({ signal }) => getCoverage(question.value!, signal),
    enabled: asked,
    placeholderData: keepPreviousData,
  });
  const gaps = useQuery({
    queryKey: computed(() => ['gaps', ...key.value]),
    queryFn: ({ signal }) => getGaps(question.value!, GAP_LIMIT, signal),
    enabled: computed(() => asked.value && withGaps.value),
  });
  return { coverage, gaps };
}

/** Levels that have outlines of their own, outermost first. */
const DRAWN = ['street', 'community', 'grid', 'building'];

/**
 * The zones of the asked level with their outlines, and the names of these
 * and of all zones around them.
 */
export function useZones(summary: Ref<Summary | undefined>, level: Ref<string | undefined>) {
  const needed = computed(() => {
    const present = summary.value?.levels.map((l) => l.level) ?? [];
    const upTo = DRAWN.indexOf(level.value ?? '');
    return DRAWN.slice(0, upTo + 1).filter((l) => present.includes(l));
  });
  const results = useQueries({
    queries: computed(() =>
      needed.value.map((l) => ({
        queryKey: ['zones', summary.value!.id, summary.value!.snapshot, l],
        queryFn: ({ signal }: { signal: AbortSignal }) => getZones(summary.value!.id, l, signal),
      })),
    ),
  });
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
