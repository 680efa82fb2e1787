import { keepPreviousData, useQueries, useQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { getCoverage } from '../api/client';
import { getComparison, getScenario, getScenarios, sidesKey, type Sides } from '../api/scenarios';
import type { Scenario, Summary } from '../api/types';
import { parameters, type Question } from './question';

/** Everything that is asked about saved scenarios begins with it. */
export const SCENARIOS = 'scenarios';

/** The saved scenarios of a study; a server that keeps none says so at once. */
export function useScenarios(study: Ref<Summary | undefined>) {
  return useQuery({
    queryKey: computed(() => [SCENARIOS, study.value?.id, study.value?.snapshot]),
    queryFn: ({ signal }) => getScenarios(study.value!.id, signal),
    enabled: computed(() => study.value !== undefined),
    retry: false,
  });
}

/** What is saved under these ids, by id, as far as it is there. */
export function useContents(study: Ref<Summary | undefined>, ids: Ref<readonly string[]>) {
  const results = useQueries({
    queries: computed(() =>
      (study.value ? ids.value : []).map((id) => ({
        queryKey: [SCENARIOS, study.value!.id, study.value!.snapshot, id],
        queryFn: ({ signal }: { signal: AbortSignal }) => getScenario(study.value!.id, id, signal),
        retry: false,
      })),
    ),
  });
  return computed(() => {
    const found = new Map<string, Scenario>();
    results.value.forEach(({ data }, i) => data && ids.value[i] !== undefined && found.set(ids.value[i], data));
    return found;
  });
}

/** The question as it is answered for today, while it is asked under a scenario. */
export function useToday(question: Ref<Question | undefined>, snapshot: Ref<string>) {
  const today = computed(() => question.value && { ...question.value, scenario: undefined });
  return useQuery({
    queryKey: computed(() => ['coverage', today.value?.study, snapshot.value, today.value && parameters(today.value)]),
    queryFn: ({ signal }) => getCoverage(today.value!, signal),
    enabled: computed(() => question.value?.scenario !== undefined),
  });
}

/** The question before and after, once there are two sides to compare. */
export function useComparison(question: Ref<Question | undefined>, snapshot: Ref<string>, sides: Ref<Sides | undefined>) {
  return useQuery({
    queryKey: computed(() => {
      const q = question.value && { ...question.value, scenario: undefined };
      return ['compare', q?.study, snapshot.value, q && parameters(q), sides.value && sidesKey(sides.value)];
    }),
    queryFn: ({ signal }) => getComparison(question.value!, sides.value!, signal),
    enabled: computed(() => question.value !== undefined && sides.value !== undefined),
    placeholderData: keepPreviousData,
    retry: false,
  });
}
