import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, onScopeDispose, ref, watch, type Ref } from 'vue';
import { getJobs, watchJob } from '../api/jobs';
import type { Job } from '../api/types';
import { Problem } from '../api/problem';
import { isOn } from './told';

/** Where the newest jobs are kept; who starts a job makes this stale. */
export const JOBS = ['jobs'] as const;

const NEWEST = 30;
/** Browsers grant a server six connections; jobs leave most of them to the map. */
const WATCHED = 2;
const OPEN_MS = 5_000;
const RUNNING_MS = 10_000;
const IDLE_MS = 60_000;

/** The newest jobs, those that run told live, and those that ended unseen. */
export function useJobs(open: Ref<boolean>) {
  const client = useQueryClient();
  const busy = ref(false);
  const every = computed(() => (open.value ? OPEN_MS : busy.value ? RUNNING_MS : IDLE_MS));
  const list = useQuery({
    queryKey: [...JOBS, 'newest'],
    queryFn: ({ signal }) => getJobs({}, NEWEST, signal),
    staleTime: 0,
    refetchOnWindowFocus: true,
    retry: false,
    refetchInterval: every,
  });

  /** What was told since the list was read, by id. */
  const told = ref(new Map<string, Job>());
  const jobs = computed(() => (list.data.value?.jobs ?? []).map((j) => newer(j, told.value.get(j.id))));
  const running = computed(() => jobs.value.filter(isOn));
  /** Percent of all that runs. */
  const percent = computed(() =>
    running.value.length === 0 ? 0 : Math.round(running.value.reduce((sum, j) => sum + j.progress, 0) / running.value.length),
  );
  /** Whether this server keeps no jobs. */
  const none = computed(() => list.error.value instanceof Problem && list.error.value.status === 503);

  const watched = new Map<string, () => void>();
  watch(open, (now) => now && void list.refetch());
  watch(running, (now) => {
    busy.value = now.length > 0;
    for (const job of now.filter((j) => !watched.has(j.id)).slice(0, WATCHED - watched.size)) {
      watched.set(job.id, watchJob(job, (j) => hear(j)));
    }
    for (const [id, end] of watched) {
      if (now.some((j) => j.id === id)) continue;
      end();
      watched.delete(id);
    }
  });
  function hear(job: Job) {
    told.value = new Map(told.value).set(job.id, job);
    if (!isOn(job)) void client.invalidateQueries({ queryKey: JOBS });
  }
  onScopeDispose(() => watched.forEach((end) => end()));

  // Whatever is over at the first look ended before; what ends later is news.
  const ended = ref<Job>();
  let seen: Set<string> | undefined;
  watch(jobs, (now) => {
    if (!list.data.value) return;
    const over = now.filter((j) => !isOn(j));
    const fresh = seen && over.find((j) => !seen!.has(j.id));
    if (fresh && !open.value) ended.value = fresh;
    seen = new Set([...(seen ?? []), ...over.map((j) => j.id)]);
  });

  return { list, jobs, running, percent, none, ended };
}

/** The one that tells more of a job. */
function newer(a: Job, b: Job | undefined): Job {
  if (!b) return a;
  return (isOn(b) && !isOn(a)) || b.progress < a.progress ? a : b;
}
