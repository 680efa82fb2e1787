/** A map as it is shown: its middle, and its place on the screen in CSS pixels. */
export interface Shown {
  center: readonly [lon: number, lat: number];
  zoom: number;
  box: { x: number; y: number; width: number; height: number };
}

/** How many pixels the world is wide. */
export const worldWidth = (zoom: number) => 512 * 2 ** zoom;

/** Where a place is on the screen: Web Mercator by its formula, apart from what the page does. */
export function onScreen({ center, zoom, box }: Shown): (at: readonly number[]) => [x: number, y: number] {
  const world = worldWidth(zoom);
  const north = (lat: number) => Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
  return ([lon, lat]) => [
    box.x + box.width / 2 + ((lon! - center[0]) / 360) * world,
    box.y + box.height / 2 - (north(lat!) - north(center[1])) * world,
  ];
}
