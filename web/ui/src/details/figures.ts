// What the details say of a place, and what they draw of it.

import type { Place, PlaceFacility, PlaceRow, Rings } from '../api/types';
import { meters, minutes, pick, type Lang } from '../i18n/format';
import type { useWords } from '../i18n/words';
import type { Drawing, Drawn, LonLat } from '../map/drawing';

type Words = ReturnType<typeof useWords>;

/** How many facilities are named of those that are not near enough. */
const CANDIDATES = 2;

/** A need by its name. */
export const needName = (row: Pick<PlaceRow, 'name' | 'need'>, lang: Lang) => pick(row.name, lang, row.need);

/** A limit kept, not kept, or none to keep. */
export type Verdict = 'met' | 'missed' | 'none';
export const verdict = (within: boolean | null): Verdict => (within === null ? 'none' : within ? 'met' : 'missed');

/** Needs that somebody of the zone does not reach, those of most people first. */
export function lacking(rows: readonly PlaceRow[]): PlaceRow[] {
  return rows.filter((r) => r.uncovered > 0).sort((a, b) => b.uncovered - a.uncovered);
}

/** The nearest facilities that are beyond a limit of their need. */
export function beyond(row: PlaceRow): PlaceFacility[] {
  return row.nearest.filter((f) => f.within_time === false || f.within_distance === false).slice(0, CANDIDATES);
}

/** Time and length of a way. */
export const far = (words: Words, s: number | null, m: number | null) =>
  words.list([words.t('unit.minutes', { n: minutes(s) }), words.t('unit.meters', { n: meters(m) })]);

/** Every cohort that somebody is of, in the order of the study. */
export function cohortsOf(place: Place, order: readonly string[]): [cohort: string, n: number][] {
  const { cohorts } = place.summary;
  return order.filter((c) => (cohorts[c] ?? 0) > 0).map((c) => [c, cohorts[c]!]);
}

/** The way from the place to the nearest facility of a need, with what is at both ends. */
export function pathDrawing(place: Place, row: PlaceRow | undefined, words: Words): Drawing {
  const from: Drawn = { id: 'from', geometry: { type: 'Point', coordinates: [...place.summary.origin.at] }, look: 'place' };
  if (!row?.path?.length) return { features: [from] };
  const path = row.path as [number, number][];
  const label = `${row.nearest_name || row.nearest_id}\n${far(words, row.path_s, row.path_m)}`;
  return {
    features: [
      { id: 'path', geometry: { type: 'LineString', coordinates: path }, look: 'path' },
      from,
      { id: 'to', geometry: { type: 'Point', coordinates: path.at(-1)! }, look: 'place', label },
    ],
  };
}

/** One ring: its limit, and how much is within. */
export interface Ring {
  limit: string;
  /** 0 the innermost. */
  rank: number;
  areaM2: number | null;
  reachedM: number;
}

/** The rings of an answer, the innermost first. */
export function ringsOf(rings: Rings, words: Words): Ring[] {
  return [...rings.features].reverse().map(({ properties: p }, rank) => ({
    limit: words.limit(p.cutoff_s, p.cutoff_m),
    rank,
    areaM2: p.area_m2,
    reachedM: p.reached_m,
  }));
}

/** Rings as they are drawn, the largest first, so that each lies on the one around it. */
export function ringsDrawing(rings: Rings, streets: boolean): Drawing {
  const last = rings.features.length - 1;
  return {
    features: rings.features.flatMap(({ geometry }, i) =>
      geometry ? [{ id: `ring-${last - i}`, geometry, look: streets ? ('reached' as const) : ('ring' as const), rank: last - i }] : [],
    ),
  };
}

/** A place as the address holds it, to about a meter. */
export const rounded = ([lon, lat]: LonLat): [number, number] => [Math.round(lon * 1e5) / 1e5, Math.round(lat * 1e5) / 1e5];
