// What is found by name.

import { client, take, until } from './client';
import type { components } from './gen/schema';

export type Found = components['schemas']['Found'];
export type FoundRow = components['schemas']['FoundRow'];

/** How many are listed. */
export const FOUND_LIMIT = 12;

export function findPlaces(study: string, q: string, signal?: AbortSignal): Promise<Found> {
  const params = { path: { study }, query: { q, limit: FOUND_LIMIT } };
  return take(client.GET('/api/v1/studies/{study}/search', { params, ...until(signal) }));
}

/** The thing of a group and an id, with its lines if it is a road; undefined where there is none. */
export async function getFound(study: string, group: string, id: string, signal?: AbortSignal): Promise<FoundRow | undefined> {
  const params = { path: { study }, query: { q: id, limit: 100, lines: group === 'road' } };
  const { rows } = await take<Found>(client.GET('/api/v1/studies/{study}/search', { params, ...until(signal) }));
  return rows.find((row) => row.group === group && row.id === id);
}
