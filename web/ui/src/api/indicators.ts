// The indicators, asked by GET: an address is all of the question, so that the
// browser keeps the answer by its ETag, and the same address with another form
// is a download.

import { parameters, under, type CircleRule, type Question } from '../question/question';
import { client, take, until } from './client';
import type { Audit, Completeness, Equity, Estates, GapAreas, Overview, PerCapita, Sensitivity, Standards } from './types';

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
  return { level: q.level, profile: q.profile, cohort: q.cohort, ...under(q), ...choice };
}

/** What is asked about one kind under both rules. */
export function overviewQuestion(q: Question) {
  const { kind, ...rest } = parameters(q);
  return { ...rest, kinds: [kind] };
}

/** What is asked about estates: their needs are of many kinds, so the question's is not sent. */
export function estatesQuestion(q: Question) {
  const { kind: _, ...rest } = parameters(q);
  return rest;
}

/** What is asked about what stands inside zones. */
export type Divided = { level: string; scenario?: string };

const JSON_FORM = { f: 'json' as const };

/** How complete a service circle is, for the study and each zone. */
export function getCompleteness(q: Question, choice: CircleChoice, signal?: AbortSignal): Promise<Completeness> {
  const params = { path: { study: q.study }, query: { ...circleQuestion(q, choice), ...JSON_FORM } };
  return take(client.GET('/api/v1/studies/{study}/completeness', { params, ...until(signal) }));
}

/** The question's kind under both rules, and in people's own zone beside within reach. */
export function getOverview(q: Question, signal?: AbortSignal): Promise<Overview> {
  const params = { path: { study: q.study }, query: { ...overviewQuestion(q), ...JSON_FORM } };
  return take(client.GET('/api/v1/studies/{study}/overview', { params, ...until(signal) }));
}

/** What the study and each zone of a level have against rules of so much for so many. */
export function getPerCapita(study: string, zones: Divided, signal?: AbortSignal): Promise<PerCapita> {
  const params = { path: { study }, query: { ...zones, ...JSON_FORM } };
  return take(client.GET('/api/v1/studies/{study}/per-capita', { params, ...until(signal) }));
}

/** How evenly the question's kind is within reach. */
export function getEquity(q: Question, signal?: AbortSignal): Promise<Equity> {
  const params = { path: { study: q.study }, query: { ...parameters(q), ...JSON_FORM } };
  return take(client.GET('/api/v1/studies/{study}/equity', { params, ...until(signal) }));
}

/** The areas that the question's kind does not serve, those of most people first; radius is how far about a point its ground goes. */
export function getGapAreas(q: Question, radius: number, signal?: AbortSignal): Promise<GapAreas> {
  const params = { path: { study: q.study }, query: { ...gapAreasQuestion(q, radius), f: 'geojson' as const } };
  return take(client.GET('/api/v1/studies/{study}/gap-areas', { params, ...until(signal) }));
}

/** What is asked about gap areas. */
export function gapAreasQuestion(q: Question, radius: number) {
  return { ...parameters(q), radius_m: radius };
}

/** The old estates, those that lack most first. */
export function getEstates(q: Question, signal?: AbortSignal): Promise<Estates> {
  const params = { path: { study: q.study }, query: { ...estatesQuestion(q), f: 'geojson' as const } };
  return take(client.GET('/api/v1/studies/{study}/estates', { params, ...until(signal) }));
}

/** Which conclusions of the question's answer stand when one assumption moves. */
export function getSensitivity(q: Question, signal?: AbortSignal): Promise<Sensitivity> {
  const params = { path: { study: q.study }, query: { ...parameters(q), ...JSON_FORM } };
  return take(client.GET('/api/v1/studies/{study}/sensitivity', { params, ...until(signal) }));
}

/** The share of residential land within a radius of parks, in a straight line. */
export function getAudit(study: string, zones: Divided, signal?: AbortSignal): Promise<Audit> {
  const params = { path: { study }, query: { ...zones, ...JSON_FORM } };
  return take(client.GET('/api/v1/studies/{study}/audit', { params, ...until(signal) }));
}
