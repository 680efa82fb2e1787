// Which requests of residents are looked at, as the address bar holds it and
// as the server is asked it.

import { wordsIn } from './links';

/** What becomes of a request: it waits, is being done, was done, or was dropped. */
export type Stage = 'open' | 'doing' | 'done' | 'dropped';
export const STAGES: readonly Stage[] = ['open', 'doing', 'done', 'dropped'];

export interface RequestChoice {
  /** Kinds looked at; empty means all. */
  kinds: readonly string[];
  stages: readonly Stage[];
  /** First and last day of opening; absent means any. */
  since?: string;
  until?: string;
  /** Whether those in a gap alone are listed. */
  gap: boolean;
}

/** The choice that a page begins with: what still waits. */
export const FIRST_REQUESTS: RequestChoice = { kinds: [], stages: ['open', 'doing'], gap: false };

/** Whether a text is a day such as 2026-11-23. */
export function validDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** Reads a choice out of a query string; undefined where it is the first one. */
export function parseRequests(query: URLSearchParams): RequestChoice | undefined {
  const stages = wordsIn(STAGES, query.get('stages'));
  const kinds = (query.get('asked') ?? '').split(',').filter((k) => k !== '');
  const choice: RequestChoice = {
    kinds: [...new Set(kinds)],
    stages: stages.length > 0 ? stages : FIRST_REQUESTS.stages,
    gap: query.get('in_gap') === '1',
  };
  for (const name of ['since', 'until'] as const) {
    const day = query.get(name);
    if (day && validDay(day)) choice[name] = day;
  }
  return samePlain(choice, FIRST_REQUESTS) ? undefined : choice;
}

const samePlain = (a: RequestChoice, b: RequestChoice) => {
  const text = ({ kinds, stages, since, until, gap }: RequestChoice) => JSON.stringify([kinds, stages, since, until, gap]);
  return text(a) === text(b);
};

/** Writes into a query string what of a choice is not as at first. */
export function putRequests(query: URLSearchParams, choice: RequestChoice) {
  if (choice.kinds.length > 0) query.set('asked', choice.kinds.join(','));
  if (choice.stages.join() !== FIRST_REQUESTS.stages.join()) query.set('stages', choice.stages.join(','));
  if (choice.since) query.set('since', choice.since);
  if (choice.until) query.set('until', choice.until);
  if (choice.gap) query.set('in_gap', '1');
}

/** What the server is asked to count. */
export function countsQuestion({ kinds, stages, since, until }: RequestChoice) {
  return {
    level: 'study',
    ...(kinds.length > 0 && { kinds: [...kinds] }),
    ...(stages.length < STAGES.length && { states: [...stages] }),
    ...(since && { since }),
    ...(until && { until }),
  };
}
