// What the chart of a distribution shows, worked out of the server's answer. No words here.

import type { Distribution, DistributionRow } from '../api/types';

/** One step: its end, how many come with it, and the share within it. */
export interface Step {
  end: number; // minutes or meters
  demand: number;
  rate: number | null;
}

/** The steps of one zone, in their order; of the study where none is named. */
export function stepsOfZone(answer: Distribution, zone: string | undefined): Step[] {
  const study = answer.summary.zones[0]?.id;
  const first = zone === undefined;
  return answer.rows
    .filter((r) => (first ? r.id === study && r.level === 'study' : r.id === zone && r.level !== 'study'))
    .map((r) => ({ end: endOf(r), demand: r.demand, rate: r.within_rate }));
}

const endOf = (row: DistributionRow) => (row.cutoff_s === null ? row.cutoff_m! : row.cutoff_s / 60);

/** The step that a cutoff ends, or lies in. */
export function stepAt(steps: readonly Step[], cutoff: number): number {
  const found = steps.findIndex((s) => cutoff <= s.end);
  return found < 0 ? steps.length - 1 : found;
}

/** The shares within some cutoffs that are ends of steps; others are left out. */
export function sharesWithin(steps: readonly Step[], cutoffs: readonly number[]): { cutoff: number; rate: number | null }[] {
  return cutoffs.flatMap((cutoff) => {
    const step = steps.find((s) => s.end === cutoff);
    return step ? [{ cutoff, rate: step.rate }] : [];
  });
}
