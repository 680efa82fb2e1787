import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import { CHANGE_COLORS, CLASS_COLORS, FONTS, type Palette } from './colors';
import { FACILITY_SOURCES, facilityLayers, facilitySources } from './facilities';
import { NOTHING } from './fill';
import { DRAWING, drawingLayers } from './drawing';
import { CANDIDATES, PINS, planLayers, REACHED, REJECTED } from './sites';
import { GROUND, GROUND_LABELS, groundLayers, WAY } from './ground';

// What the answer adds to the map. Zones are painted by their feature state,
// the class, which changes without touching the shapes.

/** Ids of the sources the handle fills. */
export const ZONES = 'zones';
export const ZONE_LABELS = 'zone-labels';
/** The zones that are hovered or open. */
export const ZONE_MARKS = 'zone-marks';
export const GAPS = 'gaps';

const PLAIN = [ZONES, ZONE_LABELS, ZONE_MARKS, GAPS, GROUND, GROUND_LABELS, WAY, PINS, CANDIDATES, REJECTED, REACHED, DRAWING];

/** Ids of all sources that are filled as answers come. */
export const FILLED: readonly string[] = [...PLAIN, ...FACILITY_SOURCES];

/** How far zones are drawn beyond their tile, in pixels: their lines are thin, and of 25,000 buildings more than a few would be drawn twice. */
const ZONE_BUFFER = 4;

/** Those sources, still empty, keyed by the features' own ids. */
export function dataSources(scale: number): Record<string, SourceSpecification> {
  const source = { type: 'geojson', data: NOTHING, promoteId: 'id' } as const;
  return {
    ...Object.fromEntries(PLAIN.map((id) => [id, source])),
    ...facilitySources(scale),
    [ZONES]: { ...source, buffer: ZONE_BUFFER },
  };
}

const classState: ExpressionSpecification = ['coalesce', ['feature-state', 'class'], -2];

/** The feature state of a class: those of changes stand above those of shares. */
export const CHANGE_CLASSES = 10;
const UNCHANGED = CHANGE_CLASSES + 2;

/** A zone's color: its class; gray where nobody lives; clear before the answer. */
function zoneColor(p: Palette): ExpressionSpecification {
  return [
    'match', classState,
    -2, 'rgba(0,0,0,0)', -1, p.nobody,
    ...CLASS_COLORS.flatMap((color, i) => [i, color]),
    ...CHANGE_COLORS.flatMap((color, i) => [CHANGE_CLASSES + i, color]),
    p.nobody,
  ] as unknown as ExpressionSpecification;
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
    shown === undefined ? full : ['match', classState, [...shown.flatMap((c) => [c, CHANGE_CLASSES + c]), -2], full, faded];
  const unchanged = shown === undefined ? 0.22 : shown.includes(2) ? 0.5 : faded;
  // Where nothing changes the ground stays to be seen.
  return ['case', ['==', classState, -1], shown === undefined ? 0.28 : faded, ['==', classState, UNCHANGED], unchanged, base];
}

/** Of a marked zone, whether it is open rather than under the pointer. */
const opened: ExpressionSpecification = ['get', 'selected'];
const selected: ExpressionSpecification = ['boolean', ['feature-state', 'selected'], false];

/** The layers of the answer: areas under the roads, outlines of what is marked and symbols above. */
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
    symbols: [...facilityLayers(p, scale), ...gapLayers(p, scale), zoneNames(p, scale), ...ground.symbols, ...plan.symbols, ...drawing.symbols],
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
      id: 'zone-line',
      type: 'line',
      source: ZONES,
      paint: { 'line-color': p.boundary, 'line-width': 0.7, 'line-opacity': 0.5 },
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
      id: 'zone-selected-casing',
      type: 'line',
      source: ZONE_MARKS,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': p.halo,
        'line-width': ['case', opened, 6.5, 4.5],
      },
    },
    {
      id: 'zone-selected',
      type: 'line',
      source: ZONE_MARKS,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': ['case', opened, p.accent, p.text],
        'line-width': ['case', opened, 3.2, 2],
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
