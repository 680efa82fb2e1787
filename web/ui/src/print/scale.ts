// The projection of the map, for what has to be true on the sheet: how much
// ground it shows, and how long the scale bar is.

import type { Bounds } from '../api/types';
import { DPI } from './paper';

/** What a map shows: its middle, its zoom, its size in CSS pixels. */
export interface Shown {
  center: readonly [number, number];
  zoom: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/** The side of the whole world at zoom 0, in CSS pixels. */
const WORLD = 512;
const MAX_ZOOM = 19;

// The ellipsoid of WGS 84.
const EQUATOR = 6_378_137;
const ECCENTRICITY_2 = 0.00669437999014;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Where a latitude lies in the map's square world, 0 at its north end and 1 at its south end. */
export function mercatorY(lat: number): number {
  return (1 - Math.log(Math.tan(Math.PI / 4 + radians(lat) / 2)) / Math.PI) / 2;
}

function latitude(y: number): number {
  return (360 / Math.PI) * Math.atan(Math.exp((1 - 2 * y) * Math.PI)) - 90;
}

/** Meters of ground from west to east in one CSS pixel, on the ellipsoid. */
export function metersPerPixel(lat: number, zoom: number): number {
  const normal = EQUATOR / Math.sqrt(1 - ECCENTRICITY_2 * Math.sin(radians(lat)) ** 2);
  return (2 * Math.PI * normal * Math.cos(radians(lat))) / (WORLD * 2 ** zoom);
}

/** The same view in a box of another size: all that was shown is in it. */
export function refit(shown: Shown, { width, height }: Size): Shown {
  const zoom = shown.zoom + Math.log2(Math.min(width / shown.width, height / shown.height));
  return { center: shown.center, zoom: Math.min(MAX_ZOOM, zoom), width, height };
}

/** The view of a box of ground, with a rim of that many pixels. */
export function viewOf([west, south, east, north]: Bounds, { width, height }: Size, rim: number): Shown {
  const [top, bottom] = [mercatorY(north), mercatorY(south)];
  const across = Math.max((east - west) / 360, 1e-9);
  const down = Math.max(bottom - top, 1e-9);
  const zoom = Math.log2(Math.min((width - 2 * rim) / across, (height - 2 * rim) / down) / WORLD);
  return { center: [(west + east) / 2, latitude((top + bottom) / 2)], zoom: Math.min(MAX_ZOOM, zoom), width, height };
}

/** Whether all of a box of ground is shown. */
export function holds({ center, zoom, width, height }: Shown, [west, south, east, north]: Bounds): boolean {
  const world = WORLD * 2 ** zoom;
  const across = Math.max(east - center[0], center[0] - west) / 360;
  const middle = mercatorY(center[1]);
  const down = Math.max(mercatorY(south) - middle, middle - mercatorY(north));
  return across * world <= width / 2 && down * world <= height / 2;
}

/** The longest bar of 1, 2 or 5 times a power of ten meters that fits. */
export function scaleBar(perPixel: number, most: number): { meters: number; pixels: number } {
  const ten = 10 ** Math.floor(Math.log10(perPixel * most));
  const meters = ten * ([5, 2].find((n) => n * ten <= perPixel * most) ?? 1);
  return { meters, pixels: meters / perPixel };
}

/** The n of 1:n on paper, with two digits as it is said. */
export function scaleNumber(perPixel: number): number {
  return Number((perPixel / (0.0254 / DPI)).toPrecision(2));
}
