import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import { CLASS_COLORS, FONTS, type Palette } from './colors';
import { NOTHING } from './fill';
import { DRAWING, drawingLayers } from './drawing';
import { CANDIDATES, PINS, planLayers, REACHED, REJECTED } from './sites';
import { GROUND, GROUND_LABELS, groundLayers, WAY } from './ground';

// What the answer adds to the map. Zones are painted by their feature state
// (class, hover, selected), which changes without touching the shapes.

/** Ids of the sources the handle fills. */
export const ZONES = 'zones';
export const ZONE_LABELS = 'zone-labels';
export const FACILITIES = 'facilities';
export const GAPS = 'gaps';

/** Empty sources, keyed by the features' own ids. */
export function dataSources(): Record<string, SourceSpecification> {
  const source = (): SourceSpecification => ({ type: 'geojson', data: NOTHING, promoteId: 'id' });
  const ids = [ZONES, ZONE_LABELS, FACILITIES, GAPS, GROUND, GROUND_LABELS, WAY, PINS, CANDIDATES, REJECTED, REACHED, DRAWING];
  return Object.fromEntries(ids.map((id) => [id, source()]));
}

const classState: ExpressionSpecification = ['coalesce', ['feature-state', 'class'], -2];

/** A zone's color: its class; gray where nobody lives; clear before the answer. */
function zoneColor(p: Palette): ExpressionSpecification {
  return [
    'match', classState,
    -2, 'rgba(0,0,0,0)', -1, p.nobody,
    0, CLASS_COLORS[0], 1, CLASS_COLORS[1], 2, CLASS_COLORS[2], 3, CLASS_COLORS[3], 4, CLASS_COLORS[4],
    p.nobody,
  ];
}

/** How strongly a zone is painted: in full, where something else is the subject, or with its class not chosen. */
export const ZONE_OPACITY = { full: 0.74, quiet: 0.3, faded: 0.07 };

/**
 * How strongly zones are painted: the shown classes in full, others as a
 * shadow of themselves; all of them quieter where the gaps are the subject.
 */
export function zoneOpacity(shown: readonly number[] | undefined, quiet: boolean): ExpressionSpecification {
  const { faded } = ZONE_OPACITY;
  const full = quiet ? ZONE_OPACITY.quiet : ZONE_OPACITY.full;
  const base: ExpressionSpecification | number =
    shown === undefined ? full : ['match', classState, [...shown, -2], full, faded];
  return ['case', ['==', classState, -1], shown === undefined ? 0.28 : faded, base];
}

const hover: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false];
const selected: ExpressionSpecification = ['boolean', ['feature-state', 'selected'], false];

/** The layers of the answer: areas under the roads, outlines and symbols above. */
export function dataLayers(
  p: Palette,
  scale: number,
): Record<'areas' | 'outlines' | 'symbols', LayerSpecification[]> {
  const ground = groundLayers(p, scale);
  const plan = planLayers(p, scale);
  const drawing = drawingLayers(p, scale);
  return {
    areas: [...areaLayers(p), ...ground.areas, ...plan.areas, ...drawing.areas],
    outlines: [...outlineLayers(p), ...ground.outlines, ...plan.outlines],
    symbols: [...facilityLayers(scale), ...gapLayers(p, scale), zoneNames(p, scale), ...ground.symbols, ...plan.symbols, ...drawing.symbols],
  };
}

function areaLayers(p: Palette): LayerSpecification[] {
  return [
    {
      id: 'zone-fill',
      type: 'fill',
      source: ZONES,
      paint: { 'fill-color': zoneColor(p), 'fill-opacity': zoneOpacity(undefined, false) },
    },
    {
      id: 'zone-hatch',
      type: 'fill',
      source: ZONES,
      filter: ['literal', false],
      // Close up the hatch fills the screen, and steps back behind the places.
      paint: { 'fill-pattern': 'hatch', 'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13, 0.85, 16, 0.3] },
    },
  ];
}

function outlineLayers(p: Palette): LayerSpecification[] {
  return [
    {
      id: 'zone-line',
      type: 'line',
      source: ZONES,
      paint: { 'line-color': p.boundary, 'line-width': 0.7, 'line-opacity': 0.5 },
    },
    {
      id: 'zone-selected-casing',
      type: 'line',
      source: ZONES,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': p.halo,
        'line-width': ['case', selected, 6.5, hover, 4.5, 0],
      },
    },
    {
      id: 'zone-selected',
      type: 'line',
      source: ZONES,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': ['case', selected, p.accent, p.text],
        'line-width': ['case', selected, 3.2, hover, 2, 0],
      },
    },
  ];
}

/** From this zoom on facilities of other kinds are shown too. */
export const FAINT_ZOOM = 13.5;

function facilityLayers(scale: number): LayerSpecification[] {
  return [
    {
      id: 'facility-faint',
      type: 'symbol',
      source: FACILITIES,
      minzoom: FAINT_ZOOM,
      layout: {
        'icon-image': ['concat', 'faint-', ['get', 'group']],
        'icon-size': scale,
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
      paint: { 'icon-opacity': ['interpolate', ['linear'], ['zoom'], FAINT_ZOOM, 0.2, 15.5, 0.55] },
    },
    {
      id: 'facility-strong',
      type: 'symbol',
      source: FACILITIES,
      layout: {
        'icon-image': ['concat', 'strong-', ['get', 'group']],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 10, 0.55 * scale, 13, 0.85 * scale, 16, 1.15 * scale],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
    },
  ];
}

function gapLayers(p: Palette, scale: number): LayerSpecification[] {
  return [
    {
      id: 'gap-circle',
      type: 'circle',
      source: GAPS,
      layout: { 'circle-sort-key': ['get', 'demand'] },
      paint: {
        'circle-color': p.gap,
        'circle-opacity': ['case', selected, 0.95, 0.6],
        'circle-stroke-color': p.gapLine,
        'circle-stroke-width': ['case', selected, 2.5, 0.6],
        // Area in proportion to people, the largest place 9 px at zoom 14.
        'circle-radius': [
          'interpolate', ['exponential', 1.6], ['zoom'],
          11, ['*', 3.5, ['get', 'size']],
          14, ['max', 1.5, ['*', 9, ['get', 'size']]],
          17, ['max', 4, ['*', 26, ['get', 'size']]],
        ],
      },
    },
    {
      id: 'gap-count',
      type: 'symbol',
      source: GAPS,
      minzoom: 15,
      layout: {
        'symbol-sort-key': ['-', 0, ['get', 'demand']],
        'text-field': ['get', 'label'],
        'text-font': FONTS,
        'text-size': 11 * scale,
        'text-offset': [0, 1.2],
        'text-anchor': 'top',
      },
      paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.5 },
    },
  ];
}

function zoneNames(p: Palette, scale: number): LayerSpecification {
  return {
    id: 'zone-name',
    type: 'symbol',
    source: ZONE_LABELS,
    layout: {
      'symbol-sort-key': ['-', 0, ['get', 'weight']],
      'text-field': ['format', ['get', 'name'], {}, '\n', {}, ['get', 'figure'], { 'font-scale': 0.88 }],
      'text-font': FONTS,
      'text-size': ['interpolate', ['linear'], ['zoom'], 11, 11 * scale, 15, 14 * scale],
      'text-max-width': 9,
      'text-padding': 4,
      'text-line-height': 1.25,
    },
    paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1.7 },
  };
}
