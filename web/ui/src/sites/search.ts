import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { startPlan, type Running } from '../api/plans';
import type { Asked } from '../api/client';
import type { Plan, PlanProgress } from '../api/types';

/** A search that can be started again and again; one goes on at a time. */
export function useSearch() {
  const progress = shallowRef<PlanProgress>();
  const plan = shallowRef<Plan>();
  const error = shallowRef<unknown>();
  const running = ref(false);
  const stopping = ref(false);
  /** What the answer, or the error, is of. */
  const asked = shallowRef<string>();
  let now: Running | undefined;

  function drop() {
    now?.drop();
    now = undefined;
    running.value = stopping.value = false;
    progress.value = undefined;
  }

  async function start(study: string, question: Asked) {
    drop();
    running.value = true;
    error.value = undefined;
    const own = startPlan(study, question, (p) => {
      if (now === own) progress.value = p;
    });
    now = own;
    try {
      const found = await own.answer;
      if (now === own) plan.value = found;
    } catch (e) {
      if (now !== own) return;
      plan.value = undefined;
      error.value = e;
    }
    if (now !== own) return;
    asked.value = keyOf(study, question);
    drop();
  }

  /** Ends the search with the best so far. */
  async function stop() {
    stopping.value = true;
    await now?.stop();
  }

  onScopeDispose(drop);
  return {
    progress, plan, error, running, stopping, start, stop,
    /** Whether what is shown is of another question than this one. */
    stale: (study: string, question: Asked) => computed(() => asked.value !== keyOf(study, question)).value,
  };
}

export type Search = ReturnType<typeof useSearch>;

const keyOf = (study: string, question: Asked) => JSON.stringify([study, question]);
