import type { Drawn } from '../map/drawing';
import type { Inspection, Issue } from '../api/imports';
import type { ImportReport } from '../api/types';

/** Rows with the same reason. */
export interface Reason {
  code: string;
  severity: string;
  issues: Issue[];
}

/** Issues by reason: what stops an import first, then the most frequent. */
export function reasons(issues: readonly Issue[]): Reason[] {
  const found = new Map<string, Reason>();
  for (const issue of issues) {
    const key = `${issue.severity}/${issue.code}`;
    const reason = found.get(key) ?? { code: issue.code, severity: issue.severity, issues: [] };
    reason.issues.push(issue);
    found.set(key, reason);
  }
  const weight = (r: Reason) => (r.severity === 'error' ? 0 : 1);
  return [...found.values()].sort((a, b) => weight(a) - weight(b) || b.issues.length - a.issues.length);
}

/** The ids of rows of which the faults stop the import, each once; rows without one cannot be named. */
export function faultyIds(issues: readonly Issue[]): string[] {
  return [...new Set(issues.filter((i) => i.severity === 'error' && i.line && i.feature).map((i) => i.feature!))];
}

/** A condition that leaves these rows out. */
export function without(column: string, ids: readonly string[], also = ''): string {
  const named = `not ($env[${JSON.stringify(column)}] in [${ids.map((id) => JSON.stringify(id)).join(', ')}])`;
  return also ? `(${also}) and ${named}` : named;
}

/** Sums over the sources of a report, and whether each adds up. */
export function totals(report: ImportReport, file: string) {
  const own = (report.sources ?? []).filter((s) => s.source === file);
  return own.map((s) => {
    const aside = (s.set_aside ?? []).reduce((sum, r) => sum + r.rows, 0);
    return { ...s, aside, balanced: s.read === s.used + aside };
  });
}

/** Where an issue is drawn under. */
export const issueId = (issue: Issue) => `${issue.code}:${issue.line ?? 0}:${issue.feature ?? ''}`;

/** What is drawn of a file: rows that would be used, and over them those that would not. */
export function drawn(found: Inspection, open: string | undefined, say: (issue: Issue) => string): Drawn[] {
  const shown: Drawn[] = found.preview.features.map((f, i) => ({
    id: `row${i}`,
    geometry: f.geometry,
    look: f.geometry.type.endsWith('Polygon') ? 'area' : f.geometry.type.endsWith('LineString') ? 'road' : 'taken',
    tip: { name: f.properties.name || f.properties.id, figure: [f.properties.id, f.properties.kind].filter(Boolean).join(' · ') },
  }));
  const aside = (found.report.issues ?? []).filter((i) => i.at).map((i): Drawn => {
    const id = issueId(i);
    return { id, geometry: { type: 'Point', coordinates: i.at as number[] }, look: 'aside', selected: id === open, tip: { name: say(i), figure: i.feature ?? '' } };
  });
  return [...shown, ...aside];
}
