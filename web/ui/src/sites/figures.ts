// What a plan shows, worked out of the server's answer. No words here.

import type { Plan, PlanSummary, SiteCandidate, SiteRow } from '../api/types';

/** Whether a plan is of several kinds, whose candidates are then told apart by them. */
export const several = (plan: Plan) => plan.options.kinds.length > 1;

/** What a site or a candidate is called when it is pinned or barred. */
export function siteKey(plan: Plan, site: Pick<SiteRow, 'id' | 'kind'>): string {
  return several(plan) && site.kind !== '' ? `${site.kind}/${site.id}` : site.id;
}

/** What is known of candidates and sites, by their keys. */
export function known(plan: Plan): Map<string, SiteCandidate | SiteRow> {
  const all = new Map<string, SiteCandidate | SiteRow>();
  for (const c of plan.summary.candidates) all.set(siteKey(plan, c), c);
  for (const r of plan.rows) if (!all.has(siteKey(plan, r))) all.set(siteKey(plan, r), r);
  return all;
}

/** Whom a kind serves; amounts of its sites are counted in them. */
export function cohortOf(plan: Plan, kind: string): string {
  return plan.summary.kinds.find((k) => k.kind === kind)?.cohort ?? plan.question.cohort;
}

/** How many newly reach one. */
export const gained = (s: Pick<PlanSummary, 'before' | 'after'>) => Math.max(0, s.after - s.before);

/** Aims whose objective is demand: a loss of it can be said in people. */
const IN_DEMAND = ['mclp', 'backup', 'capacitated'];
export const inDemand = (plan: Plan) => IN_DEMAND.includes(plan.summary.model);

/** Reasons of rejection over all kinds, those that bar most first. */
export function rejections(s: PlanSummary): { code: string; rows: number }[] {
  const sums = new Map<string, number>();
  for (const r of s.rejected_by) sums.set(r.code, (sums.get(r.code) ?? 0) + r.rows);
  return [...sums].map(([code, rows]) => ({ code, rows })).sort((a, b) => b.rows - a.rows || (a.code < b.code ? -1 : 1));
}
