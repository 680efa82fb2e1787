// Saved scenarios, and answers before and after one.

import type { FeatureCollection, LineString } from 'geojson';
import { formatDraft, type Draft } from '../question/draft';
import { parameters, type Question } from '../question/question';
import { client, send, take, until, type Form } from './client';
import type { Comparison, Scenario, ScenarioItem } from './types';

/** How many saved scenarios are asked for at once: all, of any study in practice. */
const MOST = 1000;

/** The saved scenarios of a study, by id. */
export async function getScenarios(study: string, signal?: AbortSignal): Promise<ScenarioItem[]> {
  const params = { path: { study }, query: { limit: MOST } };
  const { scenarios } = await take<{ scenarios: ScenarioItem[] }>(client.GET('/api/v1/studies/{study}/scenarios', { params, ...until(signal) }));
  return scenarios;
}

/** A saved scenario with its changes. */
export function getScenario(study: string, scenario: string, signal?: AbortSignal): Promise<Scenario> {
  return take(client.GET('/api/v1/studies/{study}/scenarios/{scenario}', { params: { path: { study, scenario } }, ...until(signal) }));
}

/** A draft as the server takes it. */
export function scenarioOf({ zh, en, changes }: Draft): Scenario {
  const name = { ...(zh && { zh }), ...(en && { en }) };
  return { ...(Object.keys(name).length > 0 && { name }), changes: [...changes] } as Scenario;
}

/** Saves a draft: a new one under an id of the server's, a changed one in its place if nobody changed it meanwhile. */
export function saveScenario(study: string, draft: Draft): Promise<ScenarioItem> {
  const body = scenarioOf(draft);
  if (draft.id === undefined) return take(client.POST('/api/v1/studies/{study}/scenarios', { params: { path: { study } }, body }));
  const header = draft.hash === undefined ? {} : { 'If-Match': `"${draft.hash}"` };
  const params = { path: { study, scenario: draft.id }, header };
  return take(client.PUT('/api/v1/studies/{study}/scenarios/{scenario}', { params, body }));
}

/** Deletes a saved scenario, if it is still what the list said. */
export async function dropScenario(study: string, { id, hash }: Pick<ScenarioItem, 'id' | 'hash'>): Promise<void> {
  const params = { path: { study, scenario: id }, header: { 'If-Match': `"${hash}"` } };
  await take(client.DELETE('/api/v1/studies/{study}/scenarios/{scenario}', { params }));
}

/** What is compared: from a saved scenario or today, to a saved scenario or a draft. */
export interface Sides {
  from?: string;
  to: string | Draft;
}

/** What tells one comparison from another. */
export const sidesKey = ({ from, to }: Sides) => [from ?? '', typeof to === 'string' ? to : formatDraft({ changes: to.changes })];

/** The question of a comparison, which has scenarios of its own. */
const compareQuestion = (q: Question) => parameters({ ...q, scenario: undefined });

/** Where a comparison between what is saved can be downloaded in a form. */
export function compareAddress(q: Question, from: string | undefined, to: string, form: Form): string {
  const query = new URLSearchParams();
  const asked = { ...compareQuestion(q), from, scenario: to, f: form, ...(form === 'csv' && { bom: 'true' }) };
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, String(value));
  return `/api/v1/studies/${encodeURIComponent(q.study)}/compare?${query}`;
}

/** The answer to a question before and after. */
export function getComparison(q: Question, { from, to }: Sides, signal?: AbortSignal): Promise<Comparison> {
  const path = { study: q.study };
  const asked = compareQuestion(q);
  const url = '/api/v1/studies/{study}/compare' as const;
  if (typeof to !== 'string') {
    const body = { ...asked, ...(from !== undefined && { from_id: from }), scenario: scenarioOf(to) };
    return take(client.POST(url, { params: { path, query: { f: 'json' } }, body, ...until(signal) }));
  }
  const query = { ...asked, ...(from !== undefined && { from }), scenario: to, f: 'json' as const };
  return take(client.GET(url, { params: { path, query }, ...until(signal) }));
}

/** The same for a draft as a file in a form, which an address cannot ask for. */
export async function draftComparison(q: Question, { from, to }: { from?: string; to: Draft }, form: Form): Promise<Blob> {
  const query = new URLSearchParams({ f: form, ...(form === 'csv' && { bom: 'true' }) });
  const url = `/api/v1/studies/${encodeURIComponent(q.study)}/compare?${query}`;
  const body = JSON.stringify({ ...compareQuestion(q), ...(from !== undefined && { from_id: from }), scenario: scenarioOf(to) });
  const response = await send(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  return response.blob();
}

/** Roads by their lines. */
export type Roads = FeatureCollection<LineString, { id: string; name?: string; class?: string }>;

/** The roads in a box: west, south, east, north. */
export function getRoads(study: string, bbox: readonly number[], signal?: AbortSignal): Promise<Roads> {
  const params = { path: { study, layer: 'roads' }, query: { bbox: [...bbox] } };
  const querySerializer = (query: object) => Object.entries(query).map(([n, v]) => `${n}=${encodeURIComponent(String(v))}`).join('&');
  return take(client.GET('/api/v1/studies/{study}/layers/{layer}', { params, querySerializer, ...until(signal) }));
}

/** One road; a Problem where there is none of that id. */
export function getRoad(study: string, feature: string, signal?: AbortSignal): Promise<Roads['features'][number]> {
  const params = { path: { study, layer: 'roads', feature } };
  return take(client.GET('/api/v1/studies/{study}/layers/{layer}/features/{feature}', { params, ...until(signal) }));
}
