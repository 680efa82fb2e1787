import type { Disagreements, OverviewRow } from '../api/types';
import type { Drawn } from '../map/drawing';

/** How many homes are marked on the map; those of most people come first. */
export const MARKED = 1500;

/** The zones in which the two rules disagree, those of most people first. */
export function disagreeing(rows: readonly OverviewRow[]): OverviewRow[] {
  return rows
    .filter((r) => r.level !== 'study' && (r.disagree ?? 0) > 0)
    .sort((a, b) => b.disagree! - a.disagree! || (a.id < b.id ? -1 : 1));
}

/** The homes on which they disagree, as the map marks them: full where time alone covers, hollow where distance alone does. */
export function marksOf(answer: Disagreements, tip: (row: Disagreements['rows'][number]) => { name: string; figure: string }): Drawn[] {
  return answer.rows.slice(0, MARKED).map((row) => ({
    id: row.id,
    geometry: { type: 'Point', coordinates: row.at as [number, number] },
    look: row.covered === 'time' ? 'taken' : 'aside',
    tip: tip(row),
  }));
}
