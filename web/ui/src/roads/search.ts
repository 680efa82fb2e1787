import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, ref, shallowRef, watch, type Ref } from 'vue';
import { stopJob } from '../api/longwork';
import { getRoads } from '../api/roads';
import type { Job } from '../api/types';
import { linksQuestion, type LinkChoice } from '../question/links';
import type { Question } from '../question/question';

/** The roads to open: asked at once, as a job that can be stopped, and again when the question or the choice changes. */
export function useRoads(question: Ref<Question>, snapshot: Ref<string>, choice: Ref<LinkChoice>) {
  const client = useQueryClient();
  const job = shallowRef<Job>();
  const stopped = ref(false);
  const queryKey = computed(() => ['roads', question.value.study, snapshot.value, linksQuestion(question.value, choice.value)]);
  watch(queryKey, (now, before) => {
    if (JSON.stringify(now) !== JSON.stringify(before)) stopped.value = false;
  });
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => {
      job.value = undefined;
      return getRoads(question.value, choice.value, signal, (now) => {
        if (!signal.aborted) job.value = now;
      });
    },
    enabled: computed(() => !stopped.value),
    placeholderData: keepPreviousData,
  });
  return {
    query, job, stopped,
    /** Ends the search: nobody waits for its answer any more. */
    async stop() {
      const id = job.value?.id;
      stopped.value = true;
      await client.cancelQueries({ queryKey: queryKey.value });
      if (id !== undefined) await stopJob(id);
    },
    again() {
      stopped.value = false;
    },
  };
}
