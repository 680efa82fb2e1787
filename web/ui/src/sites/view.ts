import { useQueries, useQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { getParcels, getReached } from '../api/plans';
import type { Plan, Summary } from '../api/types';
import type { PlanView, SiteMark } from '../question/planview';
import type { PlanChoice } from '../question/plan';
import type { Question } from '../question/question';
import { cohortOf, siteKey } from './figures';
import { usePlanWords } from './words';

type At = readonly [number, number];

/** With more sites than this their grounds are not drawn: there would be one beside another everywhere. */
const MOST_REACHED = 20;
/** Aims that know no limit of the way, so that there is no ground within it. */
const WITHOUT_LIMIT = ['pmedian', 'pcenter'];

/** A plan as the map draws it, with what is fetched for that. */
export function usePlanView(plan: Ref<Plan | undefined>, summary: Ref<Summary>, question: Ref<Question>, choice: Ref<PlanChoice>) {
  const words = usePlanWords();
  const { t } = words;

  const outlined = computed(() => plan.value?.summary.rejected.some((r) => r.source === 'parcel') ?? false);
  const parcels = useQuery({
    queryKey: computed(() => ['parcels', summary.value.id, summary.value.snapshot]),
    queryFn: ({ signal }) => getParcels(summary.value.id, signal),
    enabled: outlined,
  });
  const outlines = computed(() => new Map((parcels.data.value?.features ?? []).map((f) => [`parcel:${f.properties.id}`, f.geometry])));

  const drawn = computed(() => {
    const p = plan.value;
    if (!p || WITHOUT_LIMIT.includes(p.summary.model) || p.rows.length > MOST_REACHED) return [];
    return p.rows.map((r) => ({ id: siteKey(p, r), at: r.at as unknown as At }));
  });
  /** The ground is that of the answer's question, which the page may have left. */
  const reached = useQueries({
    queries: computed(() =>
      drawn.value.map(({ at }) => {
        const q = askedOf(plan.value!, question.value);
        return {
          queryKey: ['reached', q.study, plan.value!.snapshot, q.profile, q.cutoff, q.scenario, at],
          queryFn: ({ signal }: { signal: AbortSignal }) => getReached(q, at, signal),
          retry: false,
        };
      }),
    ),
  });

  return computed<PlanView | undefined>(() => {
    const p = plan.value;
    if (!p) return undefined;
    const chosen = new Set(p.rows.map((r) => siteKey(p, r)));
    return {
      pins: p.rows.map((r) => ({
        id: siteKey(p, r), rank: r.rank, at: r.at as unknown as At, required: r.required,
        tip: { name: `${r.rank} ${words.siteName(r)}`, figure: t('sites.adds', { people: words.amount(r.newly, cohortOf(p, r.kind)) }) },
      })),
      candidates: p.summary.candidates.flatMap((c) => {
        const id = siteKey(p, c);
        if (chosen.has(id)) return [];
        const mark = choice.value.bars.includes(id) ? 'barred' : (c.mark as SiteMark);
        return [{ id, at: c.at as unknown as At, mark, tip: { name: words.siteName(c), figure: t(`candidate_marks.${mark}`) } }];
      }),
      rejected: p.summary.rejected.map((r) => {
        const outline = outlines.value.get(r.id);
        return {
          id: `${r.kind}/${r.id}`, at: r.at as unknown as At, ...(outline && { outline }),
          tip: { name: words.siteName(r), figure: t('sites.turnedDown', { why: words.list(r.reasons.map((x) => words.code('rejects', x.code, x.message))) }) },
        };
      }),
      reached: {
        type: 'FeatureCollection',
        features: drawn.value.flatMap(({ id }, i) =>
          (reached.value[i]?.data?.features ?? []).flatMap(({ geometry }) =>
            geometry ? [{ type: 'Feature' as const, geometry, properties: { id } }] : []),
        ),
      },
    };
  });
}

/** The question that a plan answers. */
function askedOf(plan: Plan, now: Question): Question {
  const { cutoff_s, cutoff_m, profile } = plan.question;
  const cutoff = cutoff_s != null ? { unit: 'min' as const, value: cutoff_s / 60 } : cutoff_m != null ? { unit: 'm' as const, value: cutoff_m } : now.cutoff;
  return { ...now, study: plan.study, profile, cutoff };
}
