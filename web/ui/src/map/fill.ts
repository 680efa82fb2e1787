import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';

/** No features. */
export const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

/** Puts features into a source. */
export function fill(map: MapLibre, source: string, data: GeoJSON.FeatureCollection) {
  map.getSource<GeoJSONSource>(source)?.setData(data);
}
