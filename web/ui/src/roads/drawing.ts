import type { RoadRow } from '../api/types';
import type { Drawn, LonLat, Look } from '../map/drawing';
import type { LinkSource } from '../question/links';
import { lineOf, net } from './figures';
import type { RoadWords } from './words';

/** How each kind is drawn: its line, and the mark in its middle. */
const LINES: Record<Exclude<LinkSource, 'gate'>, Look> = { dead_end: 'new-road', link: 'new-road', closed_road: 'closed-road' };

/** Roads and gates to open, each with its rank; those marked stand out. */
export function roadDrawing(rows: readonly RoadRow[], cohort: string, marked: readonly (string | undefined)[], words: RoadWords): Drawn[] {
  const { t } = words;
  return rows.flatMap((r): Drawn[] => {
    const line = lineOf(r);
    const selected = marked.includes(r.id);
    const what = t(`link_sources.${r.source}`);
    const figure = net(r) > 0
      ? t('roads.tipNewly', { what, people: words.amount(r.newly_covered, cohort) })
      : t('roads.tipNearer', { what, people: words.amount(r.nearer, cohort) });
    const look = r.source === 'gate' ? 'gate' : 'opening';
    return [
      ...(line ? [{ id: `line:${r.id}`, look: LINES[r.source as keyof typeof LINES], selected, geometry: { type: 'LineString' as const, coordinates: line.map((at) => [...at]) } }] : []),
      {
        id: r.id, look, selected, label: String(r.rank), geometry: { type: 'Point', coordinates: [...r.at] },
        tip: { name: `${r.rank} ${words.roadName(r)}`, figure },
      },
    ];
  });
}

/** Where a row lies. */
export const placeOf = (r: RoadRow): LonLat => [r.at[0]!, r.at[1]!];
