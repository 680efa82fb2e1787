import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import {
  catchmentQuestion, getCatchments, getPlace, getRings, placeQuestion, ringsQuestion, type PlaceChoice, type RingsOf,
} from '../api/place';
import type { Question } from '../question/question';

/** What a place reaches and lacks. */
export function usePlace(question: Ref<Question>, snapshot: Ref<string>, of: Ref<PlaceChoice>) {
  return useQuery({
    queryKey: computed(() => ['place', question.value.study, snapshot.value, placeQuestion(question.value, of.value)]),
    queryFn: ({ signal }) => getPlace(question.value, of.value, signal),
    placeholderData: keepPreviousData,
  });
}

/** Whom each facility of a kind serves. */
export function useCatchments(question: Ref<Question>, snapshot: Ref<string>, kind: Ref<string>) {
  return useQuery({
    queryKey: computed(() => ['catchments', question.value.study, snapshot.value, catchmentQuestion(question.value, kind.value)]),
    queryFn: ({ signal }) => getCatchments(question.value, kind.value, signal),
  });
}

/** The ground or the streets within reach, once it is known of what. */
export function useRings(question: Ref<Question>, snapshot: Ref<string>, of: Ref<RingsOf | undefined>, streets: Ref<boolean>) {
  return useQuery({
    queryKey: computed(() => [
      'rings', question.value.study, snapshot.value, of.value && ringsQuestion(question.value, of.value, streets.value),
    ]),
    queryFn: ({ signal }) => getRings(question.value, of.value!, streets.value, signal),
    enabled: computed(() => of.value !== undefined),
    placeholderData: keepPreviousData,
  });
}
