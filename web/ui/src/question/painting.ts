import type { Comparison, Completeness, Coverage } from '../api/types';
import { mean, percent, points } from '../i18n/format';
import type { useWords } from '../i18n/words';
import type { Scale } from './classes';

/** A zone as the map, the legend and the table's filter see it. */
export interface Painted {
  id: string;
  name: string;
  demand: number;
  /** 0..1, or the change of it: which of the five classes it is in follows from it; null where nobody lives. */
  rate: number | null;
}

/** What the zones are colored by, and how it is said. */
export interface Painting {
  by: 'coverage' | 'completeness' | 'change';
  /** What its classes are of. */
  scale: Scale;
  /** The level its zones are of. */
  level: string;
  zones: readonly Painted[];
  /** What stands below a zone's name on the map; empty where there is nothing to say. */
  figure(zone: Painted): string;
  /** What hovering over a zone says. */
  tip(zone: Painted): string;
}

type Words = ReturnType<typeof useWords>;

/** Zones by the share that can reach one. */
export function coveragePainting(coverage: Coverage, words: Words): Painting {
  const without = new Map(coverage.rows.map((r) => [r.id, r.uncovered]));
  const { level, cohort } = coverage.question;
  return {
    by: 'coverage',
    scale: 'share',
    level,
    zones: coverage.rows.map(({ id, name, demand, coverage_rate }) => ({ id, name, demand, rate: coverage_rate })),
    figure: ({ rate }) => (rate === null ? '' : percent(rate)),
    tip: ({ id, rate }) =>
      `${percent(rate)} · ${words.t('details.uncovered')} ${words.amount(without.get(id) ?? 0, cohort)}`,
  };
}

/** Zones by how many of a circle's needs their people reach, as a share of all needs. */
export function completenessPainting(answer: Completeness, words: Words): Painting {
  const reached = new Map(answer.rows.map((r) => [r.id, r.mean_reached]));
  const all = answer.summary.needs;
  const share = (n: number | null) => (n === null || all === 0 ? null : n / all);
  return {
    by: 'completeness',
    scale: 'share',
    level: answer.question.level,
    zones: answer.rows.map(({ id, name, demand, mean_reached }) => ({ id, name, demand, rate: share(mean_reached) })),
    figure: ({ id, rate }) => (rate === null ? '' : `${mean(reached.get(id) ?? null)}/${all}`),
    tip: ({ id }) => words.t('completeness.tip', { mean: mean(reached.get(id) ?? null), n: all }),
  };
}

/** Zones by how the share that can reach one changes. */
export function changePainting(answer: Comparison, words: Words): Painting {
  const rows = new Map(answer.rows.map((r) => [r.id, r]));
  const { level, cohort } = answer.question;
  return {
    by: 'change',
    scale: 'change',
    level,
    zones: answer.rows.map(({ id, name, demand, change }) => ({ id, name, demand, rate: change.coverage_rate })),
    figure: ({ id }) => {
      const by = rows.get(id)?.change.covered ?? 0;
      return Math.round(by) === 0 ? '' : words.more(by, cohort);
    },
    tip: ({ id, rate }) => `${words.more(rows.get(id)?.change.covered ?? 0, cohort)} · ${words.t('unit.points', { n: points(rate) })}`,
  };
}
