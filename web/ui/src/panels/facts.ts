import type { FacilityProperties, LevelReport } from '../api/types';

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
