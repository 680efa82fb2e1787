import { computed, ref, shallowRef, watch } from 'vue';
import type { Row } from '../api/types';
import type { useWords } from '../i18n/words';
import { estateGround, gapGround, gapWay, type Overlay, type Way } from '../question/ground';
import { useCompleteness, useEstates, useGapAreas } from '../question/indicators';
import { changePainting, completenessPainting, coveragePainting } from '../question/painting';
import type { PlanView } from '../question/planview';
import { useAnswer, useFacilities, useStudy, useZones } from '../question/queries';
import { FIRST_CIRCLE, RADII, resolve } from '../question/question';
import type { Store } from '../question/store';
import { useWhatIf } from './whatif';

/** How many zones the gaps tab lists and hatches. */
const WORST = 8;

/** Where other ground is the subject no zones are hatched, but they are quiet all the same. */
const NONE: readonly Row[] = [];

/** What is asked of the server by the state, the answers, and what of them lies on the map. */
export function useAnswers({ state }: Store, words: ReturnType<typeof useWords>) {
  const { studies, summary } = useStudy(computed(() => state.study));
  const study = computed(() => summary.data.value);
  const question = computed(() => (study.value ? resolve(state, study.value) : undefined));
  const snapshot = computed(() => study.value?.snapshot ?? '');
  const tab = computed(() => state.tab ?? 'coverage');
  const gapsAs = computed(() => state.gaps ?? 'areas');
  const indicator = computed(() => state.indicator ?? 'completeness');

  /** What lies over the zones. */
  const over = computed<Overlay | undefined>(() => {
    if (tab.value === 'gaps') return gapsAs.value;
    if (tab.value === 'sites') return 'sites';
    return tab.value === 'indicators' && indicator.value === 'estates' ? 'estates' : undefined;
  });

  const { coverage, gaps } = useAnswer(question, snapshot, computed(() => over.value === 'points'));
  const { zones, directory } = useZones(study, computed(() => question.value?.level));
  const facilities = useFacilities(study);
  const error = computed(() => studies.error.value ?? summary.error.value ?? coverage.error.value);
  const answer = computed(() => (coverage.error.value ? undefined : coverage.data.value));

  const whatIf = useWhatIf({ state, study, question, snapshot, tab, words });

  // The map shows the completeness of the circle while that is looked at.
  const circleWanted = computed(() => tab.value === 'indicators' && indicator.value === 'completeness');
  const circle = computed(() => ({
    circle: state.circle ?? FIRST_CIRCLE,
    rule: state.rule ?? (question.value?.cutoff.unit === 'm' ? ('distance' as const) : ('time' as const)),
  }));
  const completeness = useCompleteness(question, snapshot, circle, circleWanted);
  const painting = computed(() => {
    const whole = completeness.data.value;
    if (circleWanted.value && whole && !completeness.error.value) return completenessPainting(whole, words);
    if (whatIf.change.value) return changePainting(whatIf.change.value, words);
    return answer.value && coveragePainting(answer.value, words);
  });

  // Ground that a list ranks, and the way from the area that is selected.
  const radius = computed(() => state.radius ?? RADII[0]!);
  const areas = useGapAreas(question, snapshot, radius, computed(() => over.value === 'areas'));
  const estates = useEstates(question, snapshot, computed(() => over.value === 'estates'));
  const ground = computed(() => {
    if (over.value === 'areas' && areas.data.value && !areas.error.value) return gapGround(areas.data.value, words);
    if (over.value === 'estates' && estates.data.value && !estates.error.value) return estateGround(estates.data.value, words);
    return undefined;
  });
  const piece = computed(() => (over.value === 'estates' ? state.estate : over.value === 'areas' ? state.area : undefined));
  /** A place that the sensitivity told of. */
  const place = ref<Way>();
  const way = computed(() => {
    if (tab.value === 'indicators' && indicator.value === 'sensitivity') return place.value;
    const area = over.value === 'areas' && areas.data.value?.features.find((f) => f.properties.id === piece.value)?.properties;
    return ground.value && area ? gapWay(area, words) : undefined;
  });
  watch(question, () => (place.value = undefined));
  /** New sites as they are found, drawn while they are looked at. */
  const plan = shallowRef<PlanView>();

  const worst = computed<Row[]>(() =>
    (answer.value?.rows ?? [])
      .filter((r) => r.level !== 'study' && r.uncovered > 0)
      .sort((a, b) => b.uncovered - a.uncovered || (a.id < b.id ? -1 : 1))
      .slice(0, WORST),
  );
  /** The zones to hatch; undefined where zones are the subject. */
  const hatched = computed(() => (over.value === 'points' ? worst.value : over.value && NONE));

  return {
    studies, summary, study, question, snapshot, tab, gapsAs, indicator, over,
    coverage, gaps, zones, directory, facilities, error, answer,
    ...whatIf, circle, completeness, painting, radius, areas, estates, ground, piece, place, way, plan, worst, hatched,
  };
}
