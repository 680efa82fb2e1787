// What is told of roads to open, worked out of the server's answer. No words here.

import type { Comparison, RoadRow, RoadsSummary } from '../api/types';
import type { LonLat } from '../map/drawing';

/** More covered, less those who lose. */
export const net = (r: Pick<RoadRow, 'newly_covered' | 'lost'>) => r.newly_covered - r.lost;

/** What ways become shorter times people: in seconds or meters as the question is. */
export const savedOf = (r: Pick<RoadRow, 'saved_person_s' | 'saved_person_m'>) => r.saved_person_s ?? r.saved_person_m ?? 0;

/** Whether a row helps, as the server counts it: more covered, or as many with shorter ways. */
export const helps = (r: RoadRow) => net(r) > 0 || (net(r) === 0 && savedOf(r) > 0);

/** What each who gets nearer saves on average; undefined where some get farther, so that the sum is not theirs alone. */
export function savedEach(r: RoadRow): number | undefined {
  return r.nearer > 0 && r.farther === 0 && r.lost === 0 ? savedOf(r) / r.nearer : undefined;
}

/** The line that would be drawn; undefined for a gate. */
export function lineOf(r: Pick<RoadRow, 'changes'>): LonLat[] | undefined {
  return r.changes.find((c) => c.line)?.line as LonLat[] | undefined;
}

/** Names of the roads that it would join, each once. */
export function namesOf(r: Pick<RoadRow, 'from_name' | 'to_name'>): string[] {
  return [...new Set([r.from_name, r.to_name].filter((name) => name))] as string[];
}

/** How many were left out in all. */
export const asideOf = (s: RoadsSummary) => s.set_aside.reduce((sum, a) => sum + a.count, 0);

export interface ZoneGain {
  id: string;
  name: string;
  /** How many more people reach one. */
  gained: number;
  /** How much shorter the mean way is, in the question's unit. */
  shorter: number;
}

/** The zones in which most come within reach; where nobody does, those whose mean way shortens most. */
export function zonesGaining(c: Comparison, unit: 'min' | 'm', most: number): ZoneGain[] {
  const all = c.rows
    .filter((r) => r.level !== 'study')
    .map((r) => ({ id: r.id, name: r.name, gained: r.change.covered, shorter: -((unit === 'min' ? r.change.mean_s : r.change.mean_m) ?? 0) }));
  const gaining = all.filter((z) => z.gained > 0).sort((a, b) => b.gained - a.gained || (a.id < b.id ? -1 : 1));
  const nearer = all.filter((z) => z.shorter > 0).sort((a, b) => b.shorter - a.shorter || (a.id < b.id ? -1 : 1));
  return (gaining.length > 0 ? gaining : nearer).slice(0, most);
}
