import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import {
  circleQuestion,
  estatesQuestion,
  gapAreasQuestion,
  getAudit,
  getCompleteness,
  getEquity,
  getEstates,
  getGapAreas,
  getOverview,
  getPerCapita,
  getSensitivity,
  getStandards,
  type CircleChoice,
  type Divided,
} from '../api/indicators';
import { parameters, under, type Question } from './question';

/** The standards library, which is the same for all studies. */
export function useStandards() {
  return useQuery({ queryKey: ['standards'], queryFn: ({ signal }) => getStandards(signal) });
}

/** How complete the chosen circle is, once it is looked at. */
export function useCompleteness(
  question: Ref<Question | undefined>,
  snapshot: Ref<string>,
  choice: Ref<CircleChoice>,
  wanted: Ref<boolean>,
) {
  return useQuery({
    queryKey: computed(() => {
      const q = question.value;
      return ['completeness', q?.study, snapshot.value, q && circleQuestion(q, choice.value)];
    }),
    queryFn: ({ signal }) => getCompleteness(question.value!, choice.value, signal),
    enabled: computed(() => question.value !== undefined && wanted.value),
    placeholderData: keepPreviousData,
  });
}

/** The question's kind under both rules and in people's own zone. */
export function useOverview(question: Ref<Question>, snapshot: Ref<string>) {
  return useQuery({
    queryKey: computed(() => ['overview', question.value.study, snapshot.value, parameters(question.value)]),
    queryFn: ({ signal }) => getOverview(question.value, signal),
    placeholderData: keepPreviousData,
  });
}

/**
 * How what is counted inside zones is asked. Buildings are not asked about one
 * by one: hardly any holds a facility, so each would lack all.
 */
export const divided = (q: Question): Divided => ({ level: q.level === 'building' ? 'study' : q.level, ...under(q) });

/** Need and supply by rule. */
export function usePerCapita(question: Ref<Question>, snapshot: Ref<string>) {
  const zones = computed(() => divided(question.value));
  return useQuery({
    queryKey: computed(() => ['per-capita', question.value.study, snapshot.value, zones.value]),
    queryFn: ({ signal }) => getPerCapita(question.value.study, zones.value, signal),
    placeholderData: keepPreviousData,
  });
}

/** The areas that are not served, once they are looked at. */
export function useGapAreas(question: Ref<Question | undefined>, snapshot: Ref<string>, radius: Ref<number>, wanted: Ref<boolean>) {
  return useQuery({
    queryKey: computed(() => {
      const q = question.value;
      return ['gap-areas', q?.study, snapshot.value, q && gapAreasQuestion(q, radius.value)];
    }),
    queryFn: ({ signal }) => getGapAreas(question.value!, radius.value, signal),
    enabled: computed(() => question.value !== undefined && wanted.value),
    placeholderData: keepPreviousData,
  });
}

/** How evenly the question's kind is within reach. */
export function useEquity(question: Ref<Question>, snapshot: Ref<string>) {
  return useQuery({
    queryKey: computed(() => ['equity', question.value.study, snapshot.value, parameters(question.value)]),
    queryFn: ({ signal }) => getEquity(question.value, signal),
    placeholderData: keepPreviousData,
  });
}

/** The old estates, once they are looked at. */
export function useEstates(question: Ref<Question | undefined>, snapshot: Ref<string>, wanted: Ref<boolean>) {
  return useQuery({
    queryKey: computed(() => ['estates', question.value?.study, snapshot.value, question.value && estatesQuestion(question.value)]),
    queryFn: ({ signal }) => getEstates(question.value!, signal),
    enabled: computed(() => question.value !== undefined && wanted.value),
    placeholderData: keepPreviousData,
  });
}

/** Which conclusions of the question's answer stand. */
export function useSensitivity(question: Ref<Question>, snapshot: Ref<string>) {
  return useQuery({
    queryKey: computed(() => ['sensitivity', question.value.study, snapshot.value, parameters(question.value)]),
    queryFn: ({ signal }) => getSensitivity(question.value, signal),
    placeholderData: keepPreviousData,
  });
}

/** The land within a radius of parks, in a straight line. */
export function useAudit(question: Ref<Question>, snapshot: Ref<string>) {
  const zones = computed(() => divided(question.value));
  return useQuery({
    queryKey: computed(() => ['audit', question.value.study, snapshot.value, zones.value]),
    queryFn: ({ signal }) => getAudit(question.value.study, zones.value, signal),
    placeholderData: keepPreviousData,
  });
}
