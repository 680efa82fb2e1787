import geodesic from 'geographiclib-geodesic';
import type { LonLat } from '../map/drawing';

const earth = geodesic.Geodesic.WGS84;

/** Meters along the shortest line on the ellipsoid. */
export function distance(a: LonLat, b: LonLat): number {
  return earth.Inverse(a[1], a[0], b[1], b[0]).s12!;
}

/** Meters along a line, point by point. */
export function lengthOf(line: readonly LonLat[]): number {
  return line.slice(1).reduce((sum, to, i) => sum + distance(line[i]!, to), 0);
}

/** Square meters inside a ring on the ellipsoid, whichever way it turns; it closes itself. */
export function areaOf(ring: readonly LonLat[]): number {
  const polygon = earth.Polygon(false);
  for (const [lon, lat] of ring) polygon.AddPoint(lat, lon);
  return Math.abs(polygon.Compute(false, true).area!);
}
