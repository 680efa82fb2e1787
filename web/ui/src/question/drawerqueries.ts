import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { distributionQuestion, getDisagreements, getDistribution, getKinds, kindsQuestion } from '../api/drawer';
import { parameters, type Question } from './question';

/** How many have the nearest facility within how much, in the study and in a zone. */
export function useDistribution(question: Ref<Question>, snapshot: Ref<string>, zone: Ref<string | undefined>) {
  return useQuery({
    queryKey: computed(() => ['distribution', question.value.study, snapshot.value, distributionQuestion(question.value, zone.value)]),
    queryFn: ({ signal }) => getDistribution(question.value, zone.value, signal),
    placeholderData: keepPreviousData,
  });
}

/** Some kinds side by side, zone by zone. */
export function useKinds(question: Ref<Question>, snapshot: Ref<string>, kinds: Ref<readonly string[]>) {
  return useQuery({
    queryKey: computed(() => ['kinds', question.value.study, snapshot.value, kindsQuestion(question.value, kinds.value)]),
    queryFn: ({ signal }) => getKinds(question.value, kinds.value, signal),
    enabled: computed(() => kinds.value.length > 0),
    placeholderData: keepPreviousData,
  });
}

/** Where the two rules disagree, of a cutoff that has both. */
export function useDisagreements(question: Ref<Question>, snapshot: Ref<string>, wanted: Ref<boolean>) {
  return useQuery({
    queryKey: computed(() => ['disagreements', question.value.study, snapshot.value, parameters(question.value)]),
    queryFn: ({ signal }) => getDisagreements(question.value, signal),
    enabled: wanted,
    placeholderData: keepPreviousData,
  });
}
