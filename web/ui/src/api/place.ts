// What one place reaches, whom a facility serves, and the ground within reach.

import { CHOICES, parameters, under, type Question } from '../question/question';
import { client, joined, take, until } from './client';
import type { Catchments, Place, Rings } from './types';

/** A zone of the question's level, or a place given by longitude and latitude. */
export type PlaceChoice = { zone: string } | { at: readonly [number, number] };

/** What is asked about a place: every need is told with both its limits. */
export function placeQuestion(q: Question, of: PlaceChoice) {
  const where = 'at' in of ? { at: [...of.at] } : of;
  return { ...parameters(q), ...where, rule: 'both' };
}

/** What a place reaches and lacks, with the ways to the nearest. */
export function getPlace(q: Question, of: PlaceChoice, signal?: AbortSignal): Promise<Place> {
  const params = { path: { study: q.study }, query: { ...placeQuestion(q, of), f: 'json' as const } };
  return take(client.GET('/api/v1/studies/{study}/place', { params, querySerializer: joined, ...until(signal) }));
}

/** What is asked about whom the facilities of a kind serve; their zones do not matter. */
export function catchmentQuestion(q: Question, kind: string) {
  const { level: _, ...rest } = parameters(q);
  return { ...rest, kind };
}

/** Whom each facility of a kind serves, and how full it is. */
export function getCatchments(q: Question, kind: string, signal?: AbortSignal): Promise<Catchments> {
  const params = { path: { study: q.study }, query: { ...catchmentQuestion(q, kind), f: 'json' as const } };
  return take(client.GET('/api/v1/studies/{study}/catchments', { params, ...until(signal) }));
}

/** Where rings are drawn about: all facilities of a kind, or one place. */
export type RingsOf = { kind: string } | { at: readonly [number, number] };

/** What is asked for rings: the three usual limits in the unit of the question, toward the facilities, as ground or as streets. */
export function ringsQuestion(q: Question, of: RingsOf, streets: boolean) {
  const limits = CHOICES[q.cutoff.unit];
  return {
    ...('at' in of ? { at: [...of.at] } : of),
    ...(q.cutoff.unit === 'min' ? { cutoffs_min: [...limits] } : { cutoffs_m: [...limits] }),
    direction: 'toward' as const,
    profile: q.profile,
    ...under(q),
    ...(streets ? { as: 'lines' as const } : { min_hole_m2: 2000 }),
  };
}

/** The ground, or the streets, from which something is reached within each limit, the largest first. */
export function getRings(q: Question, of: RingsOf, streets: boolean, signal?: AbortSignal): Promise<Rings> {
  const params = { path: { study: q.study }, query: { ...ringsQuestion(q, of, streets), f: 'geojson' as const } };
  return take(client.GET('/api/v1/studies/{study}/isochrones', { params, querySerializer: joined, ...until(signal) }));
}
