// What a job is, in the words of its question.

import type { Job, Summary } from '../api/types';
import type { useWords } from '../i18n/words';
import { format, type Indicator, type State } from '../question/question';

/** Whether a job waits or runs. */
export const isOn = (job: Job) => job.state === 'accepted' || job.state === 'running';

type Asked = Readonly<Record<string, unknown>>;

/** The parameters of the question, wherever they stand. */
export function askedOf(job: Job): Asked {
  const question = job.question as { query?: string; body?: Asked } | null;
  return { ...Object.fromEntries(new URLSearchParams(question?.query ?? '')), ...question?.body };
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : typeof value === 'string' && value ? value.split(',') : []);

/** What is asked, for short: kinds, cutoff, model, number of sites. */
export function detailsOf(job: Job, study: Summary | undefined, words: ReturnType<typeof useWords>): string[] {
  const asked = askedOf(job);
  const kinds = listOf(asked.kind ?? asked.kinds ?? asked.needs);
  const parts = kinds.length > 4 ? [words.t('jobs.kinds', { n: kinds.length })] : [words.list(kinds.map((k) => (study && study.id === job.study ? words.need(study, k) : k)))];
  for (const [name, unit] of [['cutoff_min', 'min'], ['cutoff_m', 'm']] as const) {
    if (asked[name] !== undefined) parts.push(words.cutoff({ unit, value: Number(asked[name]) }));
  }
  if (job.kind === 'plans') parts.push(words.code('aims', String(asked.model ?? 'mclp')));
  if (asked.p !== undefined) parts.push(words.t('jobs.sites', { n: String(asked.p) }));
  return parts.filter(Boolean);
}

/** The tabs that show the answers of a kind. */
const SHOWN: Readonly<Record<string, State>> = {
  coverage: { tab: 'coverage' },
  gaps: { tab: 'gaps', gaps: 'points' },
  'gap-areas': { tab: 'gaps', gaps: 'areas' },
  ...Object.fromEntries(
    ([['completeness'], ['overview', 'rules'], ['per-capita', 'per_capita'], ['equity'], ['estates'], ['sensitivity'], ['audit']] as const).map(
      ([kind, name]) => [kind, { tab: 'indicators', indicator: (name ?? kind) as Indicator }],
    ),
  ),
};

/** Members of a question that the page knows how to ask. */
const KNOWN = ['kind', 'level', 'profile', 'cohort', 'cutoff_min', 'cutoff_m', 'f', 'limit', 'bom'];

/** Where the page shows the answer of a job; undefined where it does not show just that. */
export function shownAt(job: Job, lang: 'zh' | 'en'): string | undefined {
  if (job.state !== 'successful' || !job.study) return undefined;
  if (job.kind === 'import' || job.kind === 'replace-layer') return format({ study: job.study, tab: 'data', lang });
  const where = SHOWN[job.kind];
  const asked = askedOf(job);
  if (!where || Object.keys(asked).some((name) => !KNOWN.includes(name))) return undefined;
  const text = (name: string) => (typeof asked[name] === 'string' ? { [name]: asked[name] } : {});
  const cutoff =
    asked.cutoff_m !== undefined ? { unit: 'm' as const, value: Number(asked.cutoff_m) } : { unit: 'min' as const, value: Number(asked.cutoff_min ?? 15) };
  return format({ study: job.study, ...text('kind'), ...text('level'), ...text('profile'), ...text('cohort'), cutoff, ...where, lang });
}

/** The stage and what it is about, as a job tells: "reading roads.osm". */
export function stageOf(doing: string): [stage: string, about: string] {
  const cut = doing.indexOf(' ');
  return cut < 0 ? [doing, ''] : [doing.slice(0, cut), doing.slice(cut + 1)];
}

/** Whole seconds between two times; up to now where the second has not come. */
export function secondsOf(job: Job, now: number): number | undefined {
  if (!job.started_at) return undefined;
  const end = job.finished_at ? Date.parse(job.finished_at) : now;
  return Math.max(0, Math.round((end - Date.parse(job.started_at)) / 1000));
}
