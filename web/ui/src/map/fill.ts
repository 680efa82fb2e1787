/** No features. */
export const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

/** Puts features into a source, in place of all before. */
export type Fill = (source: string, data: GeoJSON.FeatureCollection) => void;
