// What residents ask for: how many and what becomes of it, and each on its place.

import { countsQuestion, type RequestChoice } from '../question/requests';
import { client, joined, take, until } from './client';
import type { RequestCounts, Requests } from './types';

/** The counts of the requests that are chosen, by kind. */
export function getRequestCounts(study: string, choice: RequestChoice, signal?: AbortSignal): Promise<RequestCounts> {
  const params = { path: { study }, query: { ...countsQuestion(choice), f: 'json' as const } };
  return take(client.GET('/api/v1/studies/{study}/requests', { params, querySerializer: joined, ...until(signal) }));
}

/** All requests of a study, each on its place. */
export function getRequests(study: string, signal?: AbortSignal): Promise<Requests> {
  const params = { path: { study, layer: 'requests' } };
  return take(client.GET('/api/v1/studies/{study}/layers/{layer}', { params, ...until(signal) }));
}
