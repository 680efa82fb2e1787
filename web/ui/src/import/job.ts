import { onScopeDispose, ref, shallowRef } from 'vue';
import { resultOf, stopJob } from '../api/longwork';
import { Problem } from '../api/problem';
import type { Job } from '../api/types';

/** A job of the server that is followed; one at a time. */
export function useJob() {
  const job = shallowRef<Job>();
  const running = ref(false);
  const error = shallowRef<unknown>();
  let off: AbortController | undefined;

  /** Runs a job to its end; undefined if it failed, or was stopped. */
  async function run<T>(order: () => Promise<Job>): Promise<T | undefined> {
    const own = (off = new AbortController());
    running.value = true;
    error.value = job.value = undefined;
    try {
      job.value = await order();
      return await resultOf<T>(job.value, own.signal, (j) => (job.value = j));
    } catch (e) {
      const called = own.signal.aborted || (e instanceof Problem && e.code === 'canceled');
      if (!called) error.value = e;
      return undefined;
    } finally {
      running.value = false;
    }
  }

  /** Stops the job; nothing of it is kept. */
  async function stop() {
    if (running.value && job.value) await stopJob(job.value.id);
  }

  onScopeDispose(() => {
    void stop();
    off?.abort();
  });
  return { job, running, error, run, stop };
}
