import type { GeoJSONSource, LayerSpecification, Map as MapLibre, SourceSpecification } from 'maplibre-gl';
import type { Facilities } from '../api/types';
import { FONTS, GROUPS, type Palette } from './colors';
import type { LonLat } from './drawing';
import { NOTHING, type Fill } from './fill';

// Facilities: those of the kind asked about strong, others faint, each by its
// group's shape and its kind's glyph. From afar those of a group that lie close
// are one sign with their number.

/** From this zoom on each facility has a sign of its own. */
const SINGLE_FROM = 13;
/** From this zoom on those of other kinds are shown at all. */
export const OTHERS_FROM = 11;
/** Up to this zoom others show as room allows. */
const ROOMY_FROM = 14;
/** From this zoom on others have their glyphs too. */
const GLYPHS_FROM = 15.5;
/** Signs closer than this, in pixels, become one. */
const CLUSTER_PX = 36;

const ASKED = 'facilities';
const othersOf = (group: string) => `others-${group}`;

/** The sources of the facilities, one for each that clusters on its own; their layers have the same names. */
export const FACILITY_SOURCES = [ASKED, ...Object.keys(GROUPS).map(othersOf)];

/** Sources that join what lies close from afar. */
export function facilitySources(scale: number): Record<string, SourceSpecification> {
  const source: SourceSpecification = {
    type: 'geojson', data: NOTHING, promoteId: 'id', cluster: true, clusterMaxZoom: SINGLE_FROM - 1, clusterRadius: CLUSTER_PX * scale,
  };
  return Object.fromEntries(FACILITY_SOURCES.map((id) => [id, source]));
}

/** Layers named as their sources. */
export function facilityLayers(p: Palette, scale: number): LayerSpecification[] {
  const number = {
    'text-field': ['case', ['has', 'point_count'], ['to-string', ['get', 'point_count']], ''] as never,
    'text-font': FONTS,
    'text-anchor': 'left' as const,
  };
  const halo = { 'text-halo-color': p.halo, 'text-halo-width': 1.8 };
  const others = Object.keys(GROUPS).map((group): LayerSpecification => ({
    id: othersOf(group),
    type: 'symbol',
    source: othersOf(group),
    minzoom: OTHERS_FROM,
    layout: {
      ...number,
      'icon-image': ['step', ['zoom'], `faint-${group}`, GLYPHS_FROM, ['concat', 'kind-', ['get', 'kind']]],
      'icon-size': ['step', ['zoom'], scale, GLYPHS_FROM, 0.75 * scale],
      // From afar they take what room is left by names and by the kind asked about.
      'icon-allow-overlap': ['step', ['zoom'], false, ROOMY_FROM, true],
      'icon-ignore-placement': ['step', ['zoom'], false, ROOMY_FROM, true],
      'icon-padding': 6,
      'text-size': 10.5 * scale,
      'text-offset': [0.6, 0],
    },
    paint: {
      // One by one they are many, and fade in.
      'icon-opacity': ['interpolate', ['linear'], ['zoom'], SINGLE_FROM - 0.1, 0.45, SINGLE_FROM, 0.2, GLYPHS_FROM, 0.6],
      'text-color': p.softText,
      ...halo,
    },
  }));
  return [
    ...others,
    {
      id: ASKED,
      type: 'symbol',
      source: ASKED,
      layout: {
        ...number,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 10, 0.55 * scale, 13, 0.85 * scale, 16, 1.15 * scale],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'text-allow-overlap': true,
        'text-ignore-placement': true,
        'text-size': 12 * scale,
        'text-offset': [0.75, 0],
      },
      paint: { 'text-color': p.text, ...halo },
    },
  ];
}

/** The facilities of a map. */
export function facilityLayer(map: MapLibre, fill: Fill) {
  return {
    /** All facilities, each in its group's look; those of one kind stand out. */
    setFacilities(facilities: Facilities, kind: string, groupOf: (kind: string) => string) {
      const by = new Map(FACILITY_SOURCES.map((id) => [id, [] as GeoJSON.Feature[]]));
      for (const { geometry, properties } of facilities.features) {
        const group = groupOf(properties.kind);
        const source = properties.kind === kind ? ASKED : othersOf(group in GROUPS ? group : 'other');
        by.get(source)!.push({
          type: 'Feature', geometry, properties: { id: `${properties.kind}/${properties.id}`, kind: properties.kind },
        });
      }
      map.setLayoutProperty(ASKED, 'icon-image', `kind-${kind}`);
      for (const [source, features] of by) fill(source, { type: 'FeatureCollection', features });
    },

    /** Comes so close to facilities drawn as one sign, "source/number", that they part. */
    async expand(id: string, at: LonLat) {
      const cut = id.lastIndexOf('/');
      const zoom = await map.getSource<GeoJSONSource>(id.slice(0, cut))!.getClusterExpansionZoom(Number(id.slice(cut + 1)));
      map.easeTo({ center: [at[0], at[1]], zoom: Math.max(zoom, map.getZoom() + 1), duration: 400 });
    },
  };
}
