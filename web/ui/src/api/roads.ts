// Roads worth opening, what one of them does zone by zone, and the scenario
// that opens some.

import type { Question } from '../question/question';
import { linksQuestion, type LinkChoice } from '../question/links';
import { parameters } from '../question/question';
import { client, joined, take, until } from './client';
import { answerOf, AS_JOB } from './jobs';
import type { Change, Comparison, Job, Roads, Scenario, ScenarioItem } from './types';

/** Roads and gates to open, those that help most first; watch hears how far the search is. */
export function getRoads(q: Question, choice: LinkChoice, signal: AbortSignal, watch: (job: Job) => void): Promise<Roads> {
  const params = { path: { study: q.study }, query: { ...linksQuestion(q, choice), f: 'json' as const }, header: AS_JOB };
  return answerOf(client.GET('/api/v1/studies/{study}/links', { params, querySerializer: joined, ...until(signal) }), signal, watch);
}

/** What some changes do to the question's answer, zone by zone. */
export function getChanged(q: Question, changes: Change[], signal?: AbortSignal): Promise<Comparison> {
  const params = { path: { study: q.study } };
  return take(client.POST('/api/v1/studies/{study}/compare', { params, body: { ...parameters(q), scenario: { changes } }, ...until(signal) }));
}

/** Saves a scenario under an id made of its content, which is told. */
export async function saveScenario(study: string, scenario: Scenario): Promise<string> {
  const { id } = await take<ScenarioItem>(client.POST('/api/v1/studies/{study}/scenarios', { params: { path: { study } }, body: scenario }));
  return id;
}
