// What the gaps show, worked out of the server's answer. No words here.

import type { GapAreaProperties, GapAreaSummary } from '../api/types';
import { RADII, step, type Cutoff } from '../question/question';

/** The causes of not being served, in the order in which they are looked for. */
export const CAUSES = ['no_road', 'closed_gate', 'steps', 'river', 'detour', 'no_facility'] as const;

/** Cohorts that a planner asks after, where they are counted. */
const TOLD = ['children', 'elderly'] as const;

/** The people of an area by cohort: those told beside the cohort asked about. */
export function beside(area: GapAreaProperties, asked: string): { cohort: string; people: number }[] {
  return TOLD.flatMap((cohort) => {
    const people = area[`cohorts_${cohort}`];
    return cohort === asked || people === undefined ? [] : [{ cohort, people }];
  });
}

/** What else may be tried where one area holds most of what is not served. */
export interface Advice {
  /** The share of all that is not served, 0..1. */
  share: number;
  /** A smaller radius parts the area; undefined at the smallest. */
  radius?: number;
  /** A longer limit leaves less ground; undefined where no ready choice is longer. */
  cutoff?: Cutoff;
}

/** Advice where an area holds more than half; a shorter limit would only make it larger. */
export function adviceOn(summary: GapAreaSummary, radius: number, cutoff: Cutoff): Advice | undefined {
  if (summary.uncovered <= 0 || summary.largest * 2 <= summary.uncovered) return undefined;
  const smaller = RADII.find((r) => r < radius);
  const longer = step(cutoff, 1);
  return {
    share: summary.largest / summary.uncovered,
    ...(smaller !== undefined && { radius: smaller }),
    ...(longer !== cutoff && { cutoff: longer }),
  };
}
