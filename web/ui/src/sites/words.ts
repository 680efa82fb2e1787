import { computed, type Ref } from 'vue';
import type { Coverage, Plan, SiteRejected } from '../api/types';
import { count, measure, meters, minutes, percent } from '../i18n/format';
import { useWords } from '../i18n/words';
import type { Aim, PlanChoice } from '../question/plan';
import type { Cutoff } from '../question/question';
import { known } from './figures';

type Reason = SiteRejected['reasons'][number];

/** What an objective is told by, beside its model. */
export interface Measure {
  aim: Aim;
  cohort: string;
  unit: Cutoff['unit'];
  /** All demand, over which ways are averaged. */
  demand: number;
  /** Whether sites have costs of their own. */
  costed: boolean;
}

/** How the choice measures, before there is an answer. */
export function measureOf(choice: PlanChoice, coverage: Coverage, unit: Cutoff['unit']): Measure {
  const costed = choice.kinds.some((k) => k.cost !== undefined) || choice.cost !== undefined;
  return { aim: choice.aim, cohort: coverage.question.cohort, unit, demand: coverage.totals.demand, costed };
}

/** Words of plans: objectives by what the model counts, candidates by their names. */
export function usePlanWords() {
  const words = useWords();
  const { t } = words;

  const way = (value: number, unit: Cutoff['unit']) =>
    unit === 'm' ? t('unit.meters', { n: meters(value) }) : t('unit.minutes', { n: minutes(value) });

  return {
    ...words,
    way,

    /** An objective, or a loss of it, as people read it. */
    worth: (x: number, m: Measure): string => {
      if (m.aim === 'lscp') return m.costed ? t('sites.costs', { n: count(x) }) : words.number('unit.places', x);
      if (m.aim === 'maxmin') return percent(x);
      if (m.aim === 'pcenter') return way(x, m.unit);
      if (m.aim === 'pmedian') return t('sites.onAverage', { way: way(x / Math.max(1, m.demand), m.unit) });
      return words.amount(x, m.cohort);
    },

    /** The same for an axis: without the unit of what is counted. */
    brief: (x: number, m: Measure): string => {
      if (m.aim === 'maxmin') return percent(x);
      if (m.aim === 'pcenter') return way(x, m.unit);
      if (m.aim === 'pmedian') return way(x / Math.max(1, m.demand), m.unit);
      return count(x);
    },

    /** What was found of a place that was turned down, beside what is asked for. */
    found: ({ value, limit, unit }: Pick<Reason, 'value' | 'limit' | 'unit'>): string => {
      const say = (n: number) => {
        if (unit === 'm2') return words.number('unit.area', n);
        if (unit === 'share' || unit === 'percent') return percent(unit === 'share' ? n : n / 100);
        if (unit === 'households') return words.amount(n, 'households');
        return t('unit.meters', { n: measure(n) });
      };
      return t('sites.found', { value: say(value), limit: say(limit) });
    },

    /** What a candidate is called: its name, along a road where on it, else its id without the source before it. */
    siteName: (site: { id: string; name?: string; of?: string }): string => {
      const rest = site.id.slice(site.id.lastIndexOf(':') + 1);
      const [road, along] = rest.split('@');
      if (along === undefined) return site.name || rest;
      return t('sites.along', { road: site.name || t('sites.unnamed', { id: road! }), m: meters(Number(along)) });
    },
  };
}

/** What candidates are called, by their keys. */
export function useNames(plan: Ref<Plan | undefined>) {
  const words = usePlanWords();
  const all = computed(() => (plan.value ? known(plan.value) : new Map()));
  return (key: string) => {
    const site = all.value.get(key);
    return site ? words.siteName(site) : key.slice(key.indexOf(':') + 1);
  };
}

