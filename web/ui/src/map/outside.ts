import { addProtocol, type Map as MapLibre, type RasterSourceSpecification } from 'maplibre-gl';
import { getCoordinates, type Basemap } from '../api/map';
import type { LonLat } from './drawing';
import { inTiles, placeOf } from './tiling';

// Raster tiles of someone else. Those drawn in GCJ-02 lie some hundred meters
// off: each of our tiles is put together from the up to four of theirs that
// hold its ground.

/** Tiles of others are pictures of this width as a rule. */
const TILE_PX = 256;
const MAX_ZOOM = 18;
const SHIFTED = 'gcj02';

const addressOf = (template: string, z: number, x: number, y: number) =>
  template.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y));

/**
 * Draws one tile from tiles in GCJ-02. The shift is taken at the middle of the
 * tile: it changes by at most some 3 m in a kilometer, which is less than half
 * a pixel at the tile's edge at any zoom.
 */
async function shifted(template: string, z: number, x: number, y: number, signal: AbortSignal): Promise<ImageBitmap> {
  const middle = placeOf(x + 0.5, y + 0.5, z);
  const there = (await getCoordinates(middle, signal)).find((p) => p.crs === 'GCJ-02');
  const at: LonLat = there ? [there.x, there.y] : middle;
  const [left, top] = inTiles(at, z).map((v) => v - 0.5) as [number, number];
  const canvas = new OffscreenCanvas(TILE_PX, TILE_PX);
  const context = canvas.getContext('2d')!;
  const draw = async (column: number, row: number) => {
    const response = await fetch(addressOf(template, z, column, row), { signal });
    // Beyond the edge of what they have, nothing is drawn.
    if (!response.ok) return;
    const picture = await createImageBitmap(await response.blob());
    // Whole pixels keep their letters sharp.
    context.drawImage(picture, Math.round((column - left) * TILE_PX), Math.round((row - top) * TILE_PX), TILE_PX, TILE_PX);
  };
  const columns = [...new Set([Math.floor(left), Math.ceil(left)])];
  const rows = [...new Set([Math.floor(top), Math.ceil(top)])];
  await Promise.all(columns.flatMap((column) => rows.map((row) => draw(column, row))));
  return canvas.transferToImageBitmap();
}

/** Lays the tiles above the color of the land and below all else. */
export function lay(map: MapLibre, basemap: Basemap) {
  const source: RasterSourceSpecification = { type: 'raster', tileSize: TILE_PX, maxzoom: MAX_ZOOM, tiles: [basemap.tiles] };
  if (basemap.coordinates === 'gcj02') {
    addProtocol(SHIFTED, async ({ url }, { signal }) => {
      const [z, x, y] = url.slice(`${SHIFTED}://`.length).split('/').map(Number) as [number, number, number];
      return { data: await shifted(basemap.tiles, z, x, y, signal) };
    });
    source.tiles = [`${SHIFTED}://{z}/{x}/{y}`];
  }
  map.addSource('outside', source);
  const [, above] = map.getLayersOrder();
  map.addLayer({ id: 'outside', type: 'raster', source: 'outside' }, above);
}
