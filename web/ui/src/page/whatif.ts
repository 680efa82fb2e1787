import { computed, type ComputedRef, type Ref } from 'vue';
import type { Sides } from '../api/scenarios';
import type { Summary } from '../api/types';
import { pick } from '../i18n/format';
import type { useWords } from '../i18n/words';
import type { Question, State, Tab } from '../question/question';
import { useComparison, useContents, useScenarios, useToday } from '../question/scenarios';

interface Asked {
  state: Readonly<State>;
  study: ComputedRef<Summary | undefined>;
  question: ComputedRef<Question | undefined>;
  snapshot: Ref<string>;
  tab: ComputedRef<Tab>;
  words: ReturnType<typeof useWords>;
}

/** The saved scenarios, the one that is asked under, and what is compared while scenarios are looked at. */
export function useWhatIf({ state, study, question, snapshot, tab, words }: Asked) {
  const scenarios = useScenarios(study);
  const contents = useContents(study, computed(() => (state.scenario ? [state.scenario] : [])));
  const scenario = computed(() => (state.scenario ? contents.value.get(state.scenario) : undefined));
  const scenarioName = computed(() => {
    const id = state.scenario;
    return id === undefined ? undefined : pick(scenarios.data.value?.find((s) => s.id === id)?.name, words.lang.value, id);
  });
  const today = useToday(question, snapshot);

  const open = computed(() => tab.value === 'whatif' && (state.whatif ?? 'scenarios') === 'scenarios');
  /** What is being made, while it is looked at. */
  const draft = computed(() => (open.value ? state.draft : undefined));
  const sides = computed<Sides | undefined>(() => {
    const to = draft.value ? (draft.value.changes.length > 0 ? draft.value : undefined) : open.value ? state.scenario : undefined;
    return to === undefined || to === state.against ? undefined : { from: state.against, to };
  });
  const comparison = useComparison(question, snapshot, sides);
  /** The change to be seen on the map. */
  const change = computed(() => (sides.value && !comparison.error.value ? comparison.data.value : undefined));

  return { scenarios, scenario, scenarioName, today, draft, sides, comparison, change };
}
