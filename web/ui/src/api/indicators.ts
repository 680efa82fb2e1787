// The indicators. They are asked by POST: its body is the form in which all of
// a question can be sent, lists and, one day, a scenario included.

import { parameters, type CircleRule, type Question } from '../question/question';
import { client, take, until } from './client';
import type { Completeness, Equity, Overview, PerCapita, Standards } from './types';

/** The standards library: rules, and the circles made of them. */
export function getStandards(signal?: AbortSignal): Promise<Standards> {
  return take(client.GET('/api/v1/standards', until(signal)));
}

/** Which circle is asked about, and which limit of its needs counts. */
export interface CircleChoice {
  circle: string;
  rule: CircleRule;
}

/** What is asked about a circle: its needs have limits of their own, so the question's cutoff is not sent. */
export function circleQuestion(q: Question, choice: CircleChoice) {
  return { level: q.level, profile: q.profile, cohort: q.cohort, ...choice };
}

/** How complete a service circle is, for the study and each zone. */
export function getCompleteness(q: Question, choice: CircleChoice, signal?: AbortSignal): Promise<Completeness> {
  const body = circleQuestion(q, choice);
  const params = { path: { study: q.study } };
  return take(client.POST('/api/v1/studies/{study}/completeness', { params, body, ...until(signal) }), body);
}

/** The question's kind under both rules, and in people's own zone beside within reach. */
export function getOverview(q: Question, signal?: AbortSignal): Promise<Overview> {
  const { kind, ...rest } = parameters(q);
  const body = { ...rest, kinds: [kind] };
  const params = { path: { study: q.study } };
  return take(client.POST('/api/v1/studies/{study}/overview', { params, body, ...until(signal) }), body);
}

/** What the study and each zone of a level have against rules of so much for so many. */
export function getPerCapita(study: string, level: string, signal?: AbortSignal): Promise<PerCapita> {
  const body = { level };
  const params = { path: { study } };
  return take(client.POST('/api/v1/studies/{study}/per-capita', { params, body, ...until(signal) }), body);
}

/** How evenly the question's kind is within reach. */
export function getEquity(q: Question, signal?: AbortSignal): Promise<Equity> {
  const body = parameters(q);
  const params = { path: { study: q.study } };
  return take(client.POST('/api/v1/studies/{study}/equity', { params, body, ...until(signal) }), body);
}
