import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { Ground, Way } from '../question/ground';
import { FONTS, type Palette } from './colors';
import { labelPoint } from './geometry';
import { NOTHING, type Fill } from './fill';
import { createMarks } from './marks';

// Ground that a list ranks, and the way from a piece of it to the nearest
// facility. What is not served is hatched warm; an estate that lacks nothing
// is gray.

/** Ids of the sources the handle fills. */
export const GROUND = 'ground';
export const GROUND_LABELS = 'ground-labels';
export const WAY = 'way';

/** From this zoom on all ground is named; before, the gap areas with many people alone. */
const ALL_NAMES = 14;
/** The share of the largest that is many. */
const MANY = 0.01;

const hover: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false];
const selected: ExpressionSpecification = ['boolean', ['feature-state', 'selected'], false];
const hatched: ExpressionSpecification = ['==', ['get', 'of'], 'gaps'];

/** The layers of the ground: areas under the roads, outlines above, names on top. */
export function groundLayers(p: Palette, scale: number): Record<'areas' | 'outlines' | 'symbols', LayerSpecification[]> {
  const color: ExpressionSpecification = ['case', ['get', 'warm'], p.gap, p.softText];
  return {
    areas: [
      {
        id: 'ground-fill',
        type: 'fill',
        source: GROUND,
        paint: { 'fill-color': color, 'fill-opacity': ['case', selected, 0.36, hover, 0.3, hatched, 0.1, 0.22] },
      },
      {
        id: 'ground-hatch',
        type: 'fill',
        source: GROUND,
        filter: hatched,
        // Close up the hatch fills the screen, and steps back behind the places.
        paint: { 'fill-pattern': 'hatch', 'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13, 0.8, 16, 0.35] },
      },
    ],
    outlines: [
      {
        id: 'ground-casing',
        type: 'line',
        source: GROUND,
        layout: { 'line-join': 'round' },
        paint: { 'line-color': p.halo, 'line-width': ['case', selected, 6.5, hover, 5, 0] },
      },
      {
        id: 'ground-line',
        type: 'line',
        source: GROUND,
        layout: { 'line-join': 'round' },
        paint: { 'line-color': color, 'line-width': ['case', selected, 3.2, hover, 2.4, 1.2] },
      },
    ],
    symbols: [groundNames(p, scale), ...wayLayers(p, scale)],
  };
}

function groundNames(p: Palette, scale: number): LayerSpecification {
  return {
    id: 'ground-name',
    type: 'symbol',
    source: GROUND_LABELS,
    layout: {
      'symbol-sort-key': ['-', 0, ['get', 'weight']],
      'text-field': ['step', ['zoom'], ['case', ['get', 'many'], ['get', 'label'], ''], ALL_NAMES, ['get', 'label']],
      'text-font': FONTS,
      'text-size': ['interpolate', ['linear'], ['zoom'], 11, 12 * scale, 15, 15 * scale],
      'text-max-width': 8,
      'text-padding': 4,
    },
    paint: { 'text-color': ['case', hatched, p.gapText, p.text], 'text-halo-color': p.halo, 'text-halo-width': 2.2 },
  };
}

function wayLayers(p: Palette, scale: number): LayerSpecification[] {
  const line = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    {
      id: 'way-casing',
      type: 'line',
      source: WAY,
      layout: line,
      paint: { 'line-color': p.halo, 'line-width': 7 },
    },
    {
      id: 'way-line',
      type: 'line',
      source: WAY,
      layout: line,
      paint: { 'line-color': p.text, 'line-width': 3 },
    },
    {
      id: 'way-end',
      type: 'circle',
      source: WAY,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 6.5 * scale,
        'circle-color': p.halo,
        'circle-stroke-color': p.text,
        'circle-stroke-width': 2.6,
      },
    },
    {
      id: 'way-label',
      type: 'symbol',
      source: WAY,
      filter: ['has', 'label'],
      layout: {
        'text-field': ['get', 'label'],
        'text-font': FONTS,
        'text-size': 13 * scale,
        'text-offset': [0, 1],
        'text-anchor': 'top',
        'text-allow-overlap': true,
      },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 2.4 },
    },
  ];
}

/** The ground and the way of a map. */
export function groundLayer(map: MapLibre, fill: Fill) {
  const marks = createMarks(map, GROUND);
  return {
    /** Draws the ground; undefined removes it. */
    setGround(ground: Ground | undefined) {
      const pieces = ground?.pieces ?? [];
      const of = ground?.of ?? 'gaps';
      const features = pieces.map(({ id, geometry, warm }) => ({
        type: 'Feature' as const, geometry, properties: { id, of, warm },
      }));
      const most = Math.max(0, ...pieces.map((p) => p.weight));
      const labels = pieces.flatMap(({ id, geometry, label, weight }) => {
        const at = labelPoint(geometry);
        if (!at) return [];
        const many = of === 'gaps' && weight >= MANY * most;
        return [{ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: at }, properties: { id, of, label, weight, many } }];
      });
      fill(GROUND, { type: 'FeatureCollection', features });
      fill(GROUND_LABELS, { type: 'FeatureCollection', features: labels });
      marks.renew();
    },

    /** Draws a way, or marks a place; undefined removes it. */
    setWay(way: Way | undefined) {
      fill(WAY, way ? wayFeatures(way) : NOTHING);
    },

    hoverGround: (id: string | undefined) => marks.mark('hover', id),
    selectGround: (id: string | undefined) => marks.mark('selected', id),
  };
}

/** The line of a way, and its ends, of which the last has the label. */
export function wayFeatures({ path, label }: Way): GeoJSON.FeatureCollection {
  const point = (at: readonly [number, number], properties: GeoJSON.GeoJsonProperties): GeoJSON.Feature => ({
    type: 'Feature', geometry: { type: 'Point', coordinates: [...at] }, properties,
  });
  const [first, last] = [path[0], path.at(-1)];
  if (!first || !last) return NOTHING;
  if (path.length === 1) return { type: 'FeatureCollection', features: [point(first, { label })] };
  const line: GeoJSON.Feature = {
    type: 'Feature', geometry: { type: 'LineString', coordinates: path.map((at) => [...at]) }, properties: {},
  };
  return { type: 'FeatureCollection', features: [line, point(first, {}), point(last, { label })] };
}
