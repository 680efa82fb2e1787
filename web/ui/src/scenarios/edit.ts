import { computed, shallowRef } from 'vue';
import type { Change } from '../api/types';
import { usePage } from '../page/page';
import type { Draft } from '../question/draft';

export type Edit = ReturnType<typeof useEdit>;

/** Changes the draft in the address: each step can be undone here, and by the back button. */
export function useEdit() {
  const { state, push, replace, facilities } = usePage();
  const draft = computed<Draft>(() => (state.draft as Draft | undefined) ?? { changes: [] });
  const past = shallowRef<readonly (readonly Change[])[]>([]);

  function put(changes: readonly Change[]) {
    past.value = [...past.value, draft.value.changes];
    push({ draft: { ...draft.value, changes } });
  }

  return {
    draft,
    add: (change: Change) => put([...draft.value.changes, change]),
    takeBack: (index: number) => put(draft.value.changes.filter((_, i) => i !== index)),
    undoable: computed(() => past.value.length > 0),
    undo() {
      const before = past.value.at(-1);
      if (!before) return;
      past.value = past.value.slice(0, -1);
      push({ draft: { ...draft.value, changes: before } });
    },
    name: (name: Pick<Draft, 'zh' | 'en'>) => replace({ draft: { ...draft.value, ...name } }),

    /** The first number that no facility of a kind has, neither in the study nor in the draft. */
    freeNumber(kind: string): number {
      const taken = new Set([
        ...(facilities.data.value?.features ?? []).filter((f) => f.properties.kind === kind).map((f) => f.properties.id),
        ...draft.value.changes.filter((c) => c.kind === kind).map((c) => c.id),
      ]);
      let n = 1;
      while (taken.has(newId(n))) n++;
      return n;
    },
  };
}

/** The id of an added facility. */
export const newId = (n: number | string) => `new-${n}`;
