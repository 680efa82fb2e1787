// What the drawer below the map asks beside the coverage of zones.

import { parameters, type Question } from '../question/question';
import { client, take, until } from './client';
import type { Completeness, Disagreements, Distribution } from './types';

const JSON_FORM = { f: 'json' as const };

/** How many steps a distribution is told in: the cutoff stands in the first two thirds. */
export function stepsOf({ cutoff }: Question): number {
  const passed = cutoff.value / (cutoff.unit === 'min' ? 1 : 100);
  let steps = 30;
  while (passed > (steps * 2) / 3) steps *= 2;
  return steps;
}

/** What is asked about a distribution: minute by minute, or by 100 m, beside the study of one zone. */
export function distributionQuestion(q: Question, zone: string | undefined) {
  const step = q.cutoff.unit === 'min' ? { step_min: 1 } : { step_m: 100 };
  return { ...parameters(q), ...step, steps: stepsOf(q), ...(zone === undefined ? {} : { zones: [zone] }) };
}

/** How many have the nearest facility within how much. */
export function getDistribution(q: Question, zone: string | undefined, signal?: AbortSignal): Promise<Distribution> {
  const params = { path: { study: q.study }, query: { ...distributionQuestion(q, zone), ...JSON_FORM } };
  return take(client.GET('/api/v1/studies/{study}/distribution', { params, ...until(signal) }));
}

/** What is asked about kinds side by side: each within the cutoff of the question. */
export function kindsQuestion(q: Question, kinds: readonly string[]) {
  const { kind: _, ...rest } = parameters(q);
  return { ...rest, needs: [...kinds] };
}

/** The share of each zone that reaches each of some kinds, and all of them. */
export function getKinds(q: Question, kinds: readonly string[], signal?: AbortSignal): Promise<Completeness> {
  const params = { path: { study: q.study }, query: { ...kindsQuestion(q, kinds), ...JSON_FORM } };
  return take(client.GET('/api/v1/studies/{study}/completeness', { params, ...until(signal) }));
}

/** Where people live who are served under one of the two rules alone. */
export function getDisagreements(q: Question, signal?: AbortSignal): Promise<Disagreements> {
  const params = { path: { study: q.study }, query: { ...parameters(q), ...JSON_FORM } };
  return take(client.GET('/api/v1/studies/{study}/disagreements', { params, ...until(signal) }));
}
