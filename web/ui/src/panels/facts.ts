import type { Coverage, FacilityProperties, LevelReport, SourceReport, Summary, Warning } from '../api/types';

/** Where a facility is entered, as lon, lat; empty when at its own point, or when the text is no list. */
export function entrancesOf(facility: Pick<FacilityProperties, 'entrances'>): [number, number][] {
  if (!facility.entrances) return [];
  try {
    const points: unknown = JSON.parse(facility.entrances);
    return Array.isArray(points) ? points : [];
  } catch {
    return [];
  }
}

/** What is amiss among the zones of a level: how many places, by reason code, and their ground. */
export interface Finding {
  code: string;
  places: number;
  /** Square meters; not given where ground is not what is amiss. */
  area?: number;
}

/** The findings of a level that has any, in the order in which they matter. */
export function findingsOf(l: LevelReport): Finding[] {
  const all: Finding[] = [
    { code: 'orphan', places: l.orphans },
    { code: 'duplicate_zone', places: l.duplicates },
    { code: 'gap', places: l.gaps, area: l.gap_m2 },
    { code: 'overlap', places: l.overlaps, area: l.overlap_m2 },
    { code: 'outside_parent', places: l.outside, area: l.outside_m2 },
    { code: 'sliver', places: l.slivers, area: l.sliver_m2 },
  ];
  return all.filter((f) => f.places > 0);
}

/** Whether the zones of a level ought to tile their parents; of others only the parents are looked at. */
export const tiles = (l: LevelReport): boolean => l.level !== 'building';

/**
 * How many rows of a source were not used because what they say is in another
 * source too: a gate that two sources hold becomes one and keeps what either
 * says of it, so nothing is lost. A road that lies over another is not such a
 * row: it should not be in the data twice.
 */
export function mergedRows(s: SourceReport): number {
  if (s.layer !== 'gates') return 0;
  return s.set_aside?.find((r) => r.code === 'duplicate')?.rows ?? 0;
}

/** How many rows of a source are missing from the study. */
export function lostRows(s: SourceReport): number {
  return s.read - s.used - mergedRows(s);
}

/** What tells warnings apart: the code, and the layer it is about. */
export const warningKey = (w: Warning) => `${w.code} ${w.layer ?? ''}`;

/** Warnings, each code once a layer, without those that stand elsewhere: the header says that data is made up. */
export function warningsOnce(all: readonly Warning[], said: readonly string[] = ['synthetic']): Warning[] {
  const found = new Map<string, Warning>();
  for (const w of all) {
    if (!said.includes(w.code) && !found.has(warningKey(w))) found.set(warningKey(w), w);
  }
  return [...found.values()];
}

/** Warnings of the study and of the answer, and that rows are missing if any are. */
export function allWarnings(summary: Summary, coverage: Coverage | undefined): Warning[] {
  const found = warningsOnce([...(coverage?.warnings ?? []), ...(summary.warnings ?? [])]);
  const lost = (summary.report.sources ?? []).reduce((sum, s) => sum + lostRows(s), 0);
  return lost > 0 ? [...found, { code: 'set_aside', message: '', count: lost }] : found;
}

/** What an indicator warns of beyond what is already said below the answer or by its own figures. */
export function warningsBeyond(own: readonly Warning[], known: readonly Warning[]): Warning[] {
  const before = new Set(known.map(warningKey));
  return warningsOnce(own, ['synthetic', 'no_facility', 'missing_value']).filter((w) => !before.has(warningKey(w)));
}
