// What the indicators show, worked out of the server's answers. No words here.

import type { CompletenessRow, EquityRow, LorenzPoint, PerCapita, PerCapitaRow, SensitivityRow } from '../api/types';

type Zone = { id: string; level: string; demand: number };

/** Ties go to the zone with more people, then by id. */
const larger = (a: Zone, b: Zone) => b.demand - a.demand || (a.id < b.id ? -1 : 1);

/** The inhabited zones, those whose people reach the fewest needs first. */
export function fewestFirst(rows: readonly CompletenessRow[]): CompletenessRow[] {
  return rows
    .filter((r) => r.level !== 'study' && r.mean_reached !== null)
    .sort((a, b) => a.mean_reached! - b.mean_reached! || larger(a, b));
}

/** One end of a ranking: a zone, and how many others stand level with it. */
export interface End {
  zone: EquityRow;
  equals: number;
}

/** The zones with the lowest and the highest rate; none where the study is not divided. */
export function ends(rows: readonly EquityRow[], worst: string | null): { low?: End; high?: End } {
  const rated = rows.filter((r) => r.level !== 'study' && r.coverage_rate !== null);
  const end = (zone: EquityRow | undefined): End | undefined =>
    zone && { zone, equals: rated.filter((r) => r.coverage_rate === zone.coverage_rate).length - 1 };
  const [best] = [...rated].sort((a, b) => b.coverage_rate! - a.coverage_rate! || larger(a, b));
  const low = end(rated.find((r) => r.id === worst));
  const high = end(best);
  return { ...(low && { low }), ...(high && { high }) };
}

/** The share of all that falls to the given share of people who have least, read off a Lorenz curve. */
export function shareOfLeast(curve: readonly LorenzPoint[], people: number): number | null {
  const i = curve.findIndex((p) => p.people_share >= people);
  if (i < 0) return null;
  const [to, from] = [curve[i]!, curve[Math.max(0, i - 1)]!];
  const width = to.people_share - from.people_share;
  const along = width > 0 ? (people - from.people_share) / width : 1;
  return from.value_share + along * (to.value_share - from.value_share);
}

/** A rule's unit in its parts: "places/1000 people" is places, for 1000, people. */
export interface RuleUnit {
  supply: string;
  per: number;
  weight: string;
}

/** The parts of a rule's unit; undefined for one that is not so much for so many. */
export function unitOfRule(unit: string): RuleUnit | undefined {
  const found = /^([^/]+)\/(?:(\d+) )?(\S+)$/.exec(unit);
  return found ? { supply: found[1]!, per: Number(found[2] ?? 1), weight: found[3]! } : undefined;
}

/** The rules as they stand in one zone, else in the whole study. */
export function rulesOf(answer: PerCapita, zone: string | undefined): { rows: readonly PerCapitaRow[]; zone?: string } {
  const own = answer.rows.filter((r) => r.id === zone && r.level !== 'study');
  return zone !== undefined && own.length > 0 ? { rows: own, zone } : { rows: answer.summary.rules };
}

/** What is closed one at a time, in the order told. */
export const CLOSED = ['facility', 'gate', 'bridge'] as const;

/** The variants of a family that lose people, the worst first, at most so many. */
export function worstOf(rows: readonly SensitivityRow[], family: string, most: number): SensitivityRow[] {
  return rows
    .filter((r) => r.family === family && r.change < 0)
    .sort((a, b) => a.change - b.change || (a.id < b.id ? -1 : 1))
    .slice(0, most);
}
