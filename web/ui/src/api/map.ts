import type { LonLat } from '../map/drawing';
import { client, joined, take, until } from './client';
import type { components } from './gen/schema';

/** A place in one coordinate system. */
export type Position = components['schemas']['Position'];
/** Raster tiles of someone else. */
export type Basemap = components['schemas']['Basemap'];

/** A place in the usual coordinate systems of its region. */
export async function getCoordinates(at: LonLat, signal?: AbortSignal): Promise<Position[]> {
  const asked = client.GET('/api/v1/coordinates', { params: { query: { at: [...at] } }, querySerializer: joined, ...until(signal) });
  return (await take<components['schemas']['Coordinates']>(asked)).positions;
}

/** The base maps of others that this server was told of. */
export async function getBasemaps(signal?: AbortSignal): Promise<Basemap[]> {
  return (await take<components['schemas']['Basemaps']>(client.GET('/api/v1/basemaps', until(signal)))).basemaps;
}
