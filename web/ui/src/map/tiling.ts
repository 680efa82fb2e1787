import type { LonLat } from './drawing';

// The tiles of web maps, of which there are 2^z by 2^z at zoom z.

/** Where a place is on the map of the world at a zoom, in tiles from the northwest. */
export function inTiles([lon, lat]: LonLat, z: number): [x: number, y: number] {
  const sin = Math.sin((lat * Math.PI) / 180);
  const n = 2 ** z;
  return [((lon + 180) / 360) * n, (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * n];
}

/** The place at x, y tiles from the northwest. */
export function placeOf(x: number, y: number, z: number): LonLat {
  const n = 2 ** z;
  return [(x / n) * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / n))) * 180) / Math.PI];
}
