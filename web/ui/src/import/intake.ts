import { computed, onScopeDispose, ref, shallowReactive, shallowRef } from 'vue';
import { inspect, type Inspection, type Sent, type Settings } from '../api/imports';

/** A file that was dropped: what people said of it, and how it is understood. */
export function createIntake(sent: Sent, study: string | undefined) {
  const said = shallowRef<Settings>({});
  const found = shallowRef<Inspection>();
  const error = shallowRef<unknown>();
  const busy = ref(false);
  let asking: AbortController | undefined;

  async function look() {
    asking?.abort();
    const own = (asking = new AbortController());
    busy.value = true;
    error.value = undefined;
    try {
      const answer = await inspect(sent, said.value, study, own.signal);
      if (asking === own) found.value = answer;
    } catch (e) {
      if (asking === own && !own.signal.aborted) error.value = e;
    }
    if (asking === own) busy.value = false;
  }

  void look();
  return shallowReactive({
    sent, said, found, error, busy, look,
    /** Says something of the file, and looks again. Another layer has other columns. */
    say(change: Settings) {
      const { layer, crs, encoding, table } = { ...said.value, ...change };
      said.value = change.layer ? dropBlank({ layer, crs, encoding, table }) : dropBlank({ ...said.value, ...change });
      return look();
    },
    drop: () => asking?.abort(),
  });
}

export type Intake = ReturnType<typeof createIntake>;

const dropBlank = (s: Settings): Settings => Object.fromEntries(Object.entries(s).filter(([, v]) => v !== undefined && v !== ''));

/** All files that were dropped. */
export function useIntakes(study: () => string | undefined) {
  const list = shallowRef<readonly Intake[]>([]);
  const clear = () => {
    for (const i of list.value) i.drop();
    list.value = [];
  };
  onScopeDispose(clear);
  return {
    list,
    clear,
    add: (files: readonly Sent[]) => (list.value = [...list.value, ...files.map((f) => createIntake(f, study()))]),
    remove: (gone: Intake) => {
      gone.drop();
      list.value = list.value.filter((i) => i !== gone);
    },
    /** Whether all are understood well enough to be checked. */
    ready: computed(() => list.value.length > 0 && list.value.every((i) => i.found && !i.busy && !i.error)),
  };
}
