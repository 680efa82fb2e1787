// What is told of requests of residents, worked out of the server's answers. No words here.

import type { Geometry, Position } from 'geojson';
import type { RequestCounts, RequestProperties, Requests } from '../api/types';
import { boundsOf } from '../map/geometry';
import { STAGES, type RequestChoice, type Stage } from '../question/requests';

/** A request with the stage that it is in and whether it lies in a gap. */
export interface Ask {
  id: string;
  kind: string;
  state: string;
  stage: Stage;
  at: readonly [number, number];
  opened: string;
  closed: string;
  gap: boolean;
}

const day = (moment: string | undefined) => (moment ?? '').slice(0, 10);

/**
 * The stage of a request, by the server's reading of its state: a word for
 * dropped is taken at its word, else what has a day of closing is done.
 */
export function stageOf(r: Pick<RequestProperties, 'state' | 'closed_at'>, states: RequestCounts['summary']['states']): Stage {
  const word = states.find((s) => s.state === (r.state ?? ''))?.stage;
  const read = STAGES.find((s) => s === word) ?? 'open';
  return read !== 'dropped' && r.closed_at ? 'done' : read;
}

/** All requests, those opened first before others, those without a day last. */
export function asksOf(requests: Requests, states: RequestCounts['summary']['states'], inGap: (at: readonly [number, number]) => boolean): Ask[] {
  return requests.features
    .map(({ geometry, properties: p }) => {
      const at = geometry.coordinates as [number, number];
      return { id: p.id, kind: p.kind, state: p.state ?? '', stage: stageOf(p, states), at, opened: day(p.opened_at), closed: day(p.closed_at), gap: inGap(at) };
    })
    .sort((a, b) => compareDays(a.opened, b.opened) || (a.id < b.id ? -1 : 1));
}

function compareDays(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  return a < b ? -1 : 1;
}

/** Whether a request is among those that are chosen, but for where it lies. */
export function chosen(a: Ask, { kinds, stages, since, until }: RequestChoice): boolean {
  if (kinds.length > 0 && !kinds.includes(a.kind)) return false;
  if (!stages.includes(a.stage)) return false;
  if ((since || until) && a.opened === '') return false;
  return (!since || a.opened >= since) && (!until || a.opened <= until);
}

/** Whole days from opening to closing; undefined where either is not known, or they are the wrong way round. */
export function daysTaken(a: Pick<Ask, 'opened' | 'closed' | 'stage'>): number | undefined {
  const days = (Date.parse(a.closed) - Date.parse(a.opened)) / 86_400_000;
  return a.stage === 'done' && days >= 0 ? days : undefined;
}

/** Tells whether a place lies in any of some areas; their edges may count either way. */
export function insideOf(areas: readonly { geometry: Geometry }[]): (at: readonly [number, number]) => boolean {
  const boxed = areas.map(({ geometry }) => ({ parts: partsOf(geometry), box: boundsOf(geometry) }));
  return ([x, y]) =>
    boxed.some(({ parts, box }) => box && x >= box[0] && y >= box[1] && x <= box[2] && y <= box[3] && parts.some((rings) => odd(rings, x, y)));
}

function partsOf(geometry: Geometry): Position[][][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates];
  return geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
}

/** Whether a ray from a place crosses the rings an odd number of times: it lies inside, and in no hole. */
function odd(rings: readonly Position[][], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x1, y1] = ring[j] as [number, number];
      const [x2, y2] = ring[i] as [number, number];
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
    }
  }
  return inside;
}
