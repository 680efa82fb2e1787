import type { Geometry, Position } from 'geojson';
import type { Bounds } from '../api/types';

function rings(geometry: Geometry): Position[][][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates];
  if (geometry.type === 'MultiPolygon') return geometry.coordinates;
  return [];
}

/** The box round a geometry; undefined when it has no area to speak of. */
export function boundsOf(geometry: Geometry): Bounds | undefined {
  if (geometry.type === 'Point') {
    const [x, y] = geometry.coordinates as [number, number];
    return [x, y, x, y];
  }
  let box: Bounds | undefined;
  for (const polygon of rings(geometry)) {
    for (const [x, y] of polygon[0] as [number, number][]) {
      box ??= [x, y, x, y];
      box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
    }
  }
  return box;
}

/** The box round a geometry and some places; undefined when the geometry has no area to speak of. */
export function boxOf(geometry: Geometry, places: readonly (readonly [number, number])[] = []): Bounds | undefined {
  const box = boundsOf(geometry);
  return box && grown(box, places);
}

/** A box made large enough for some places, too. */
export function grown(box: Bounds, places: readonly (readonly [number, number])[]): Bounds {
  return places.reduce<Bounds>(([w, s, e, n], [x, y]) => [Math.min(w, x), Math.min(s, y), Math.max(e, x), Math.max(n, y)], box);
}

/** Twice the signed area of a ring, in square degrees: good enough to compare. */
function area(ring: Position[]): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    sum += ring[j]![0]! * ring[i]![1]! - ring[i]![0]! * ring[j]![1]!;
  }
  return sum;
}

/** Where the horizontal line at y crosses the rings of a polygon, from west to east. */
function crossings(polygon: Position[][], y: number): number[] {
  const found: number[] = [];
  for (const ring of polygon) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x1, y1] = ring[j] as [number, number];
      const [x2, y2] = ring[i] as [number, number];
      if (y1 > y !== y2 > y) found.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    }
  }
  return found.sort((a, b) => a - b);
}

/**
 * A point well inside a polygon, for its label: of five horizontal lines
 * across the largest part, the middle of the widest stretch inside, with
 * lines near the middle height preferred. It is inside whatever the shape,
 * which a center of mass is not.
 */
export function labelPoint(geometry: Geometry): [number, number] | undefined {
  const parts = rings(geometry).filter((p) => p[0] && p[0].length > 3);
  if (parts.length === 0) return undefined;
  const largest = parts.reduce((a, b) => (Math.abs(area(b[0]!)) > Math.abs(area(a[0]!)) ? b : a));
  const [, south, , north] = boundsOf({ type: 'Polygon', coordinates: largest })!;
  let best: [number, number] | undefined;
  let most = 0;
  for (const share of [0.5, 0.42, 0.58, 0.34, 0.66]) {
    const y = south + (north - south) * share;
    const xs = crossings(largest, y);
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const worth = (xs[i + 1]! - xs[i]!) * (1 - Math.abs(share - 0.5));
      if (worth > most) {
        most = worth;
        best = [(xs[i]! + xs[i + 1]!) / 2, y];
      }
    }
  }
  return best;
}
