import type { Position } from 'geojson';
import type { Roads } from '../api/scenarios';
import type { LonLat } from '../map/drawing';

const METERS_PER_DEGREE = 111_320;

/** Meters east and north of a place; exact enough for a few hundred meters. */
function metersFrom([lon, lat]: LonLat) {
  const across = METERS_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  return (p: Position): [number, number] => [(p[0]! - lon) * across, (p[1]! - lat) * METERS_PER_DEGREE];
}

/** How far apart two places are. */
export function apart(a: LonLat, b: LonLat): number {
  return Math.hypot(...metersFrom(a)(b as unknown as Position));
}

/** The length of a line. */
export function lengthOf(line: readonly Position[]): number {
  return line.slice(1).reduce((sum, p, i) => sum + apart(line[i] as unknown as LonLat, p as unknown as LonLat), 0);
}

/** The place on a line that is nearest to another one. */
export interface Foot {
  at: LonLat;
  /** How far it is. */
  meters: number;
  /** Which part of the line it is on, and how far along, 0..1. */
  part: number;
  along: number;
}

/** The foot of a place on a line of two points or more. */
export function footOn(line: readonly Position[], at: LonLat): Foot {
  const to = metersFrom(at);
  let best: Foot = { at, meters: Infinity, part: 0, along: 0 };
  for (let part = 0; part + 1 < line.length; part++) {
    const [a, b] = [line[part]!, line[part + 1]!];
    const [[ax, ay], [bx, by]] = [to(a), to(b)];
    const [dx, dy] = [bx - ax, by - ay];
    const square = dx * dx + dy * dy;
    const along = square === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / square));
    const meters = Math.hypot(ax + along * dx, ay + along * dy);
    if (meters < best.meters) {
      best = { at: [a[0]! + along * (b[0]! - a[0]!), a[1]! + along * (b[1]! - a[1]!)], meters, part, along };
    }
  }
  return best;
}

/** The part of a line between the feet of two places, in the line's direction. */
export function between(line: readonly Position[], a: LonLat, b: LonLat): Position[] {
  const [first, last] = [footOn(line, a), footOn(line, b)].sort((x, y) => x.part - y.part || x.along - y.along) as [Foot, Foot];
  const inner = line.slice(first.part + 1, last.part + 1);
  return [[...first.at], ...inner, [...last.at]];
}

/** A box about a place: west, south, east, north. */
export function boxAbout([lon, lat]: LonLat, meters: number): [number, number, number, number] {
  const north = meters / METERS_PER_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  return [lon - east, lat - north, lon + east, lat + north];
}

/** The road that is nearest to a place, and where on it; undefined where none is within so many meters. */
export function nearestRoad(roads: Roads, at: LonLat, within: number): { road: Roads['features'][number]; foot: Foot } | undefined {
  const found = roads.features
    .map((road) => ({ road, foot: footOn(road.geometry.coordinates, at) }))
    .reduce<{ road: Roads['features'][number]; foot: Foot } | undefined>((a, b) => (a && a.foot.meters <= b.foot.meters ? a : b), undefined);
  return found && found.foot.meters <= within ? found : undefined;
}

const PLACE = /(-?\d+(?:\.\d+)?)\s*[,,\s]\s*(-?\d+(?:\.\d+)?)/g;

/** Places as they are typed: "105.07, 29.59; 105.08, 29.6"; undefined where the text is none. */
export function typedPlaces(text: string): LonLat[] | undefined {
  const rest = text.replaceAll(PLACE, '').replaceAll(/[\s;;()()[\]]/g, '');
  const places = [...text.matchAll(PLACE)].map((m): LonLat => [Number(m[1]), Number(m[2])]);
  const fit = places.every(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90);
  return places.length > 0 && rest === '' && fit ? places : undefined;
}
