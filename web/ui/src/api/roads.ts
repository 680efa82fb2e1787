// Roads worth opening, and what opening some does.

import type { Draft } from '../question/draft';
import { linksQuestion, type LinkChoice } from '../question/links';
import type { Question } from '../question/question';
import { client, joined, until } from './client';
import { answerOf, AS_JOB } from './longwork';
import { getComparison, getScenario, saveScenario } from './scenarios';
import type { Change, Comparison, Job, Roads } from './types';

/** Roads and gates to open, those that help most first; watch hears how far the search is. */
export function getRoads(q: Question, choice: LinkChoice, signal: AbortSignal, watch: (job: Job) => void): Promise<Roads> {
  const params = { path: { study: q.study }, query: { ...linksQuestion(q, choice), f: 'json' as const }, header: AS_JOB };
  return answerOf(client.GET('/api/v1/studies/{study}/links', { params, querySerializer: joined, ...until(signal) }), signal, watch);
}

/** A scenario of some changes, after those of the scenario that the question is asked under. */
async function after({ study, scenario }: Question, changes: readonly Change[], name: Pick<Draft, 'zh' | 'en'> = {}): Promise<Draft> {
  const base = scenario === undefined ? [] : (await getScenario(study, scenario)).changes;
  return { ...name, changes: [...base, ...changes] };
}

/** What some changes do to the question's answer, zone by zone. */
export async function getChanged(q: Question, changes: readonly Change[], signal?: AbortSignal): Promise<Comparison> {
  const to = await after(q, changes);
  return getComparison(q, { to, ...(q.scenario !== undefined && { from: q.scenario }) }, signal);
}

/** Saves some changes as a scenario, whose id is told. */
export async function saveOpened(q: Question, changes: readonly Change[], name: Pick<Draft, 'zh' | 'en'>): Promise<string> {
  return (await saveScenario(q.study, await after(q, changes, name))).id;
}
