import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { PlanView } from '../question/planview';
import { FONTS, type Palette } from './colors';
import { NOTHING, type Fill } from './fill';
import { createMarks } from './marks';

// A plan: numbered pins, the ground they are reached from, candidates by
// shape as well as color, and what was turned down in thin outlines.

/** Ids of the sources the handle fills. */
export const PINS = 'plan-pins';
export const CANDIDATES = 'plan-candidates';
export const REJECTED = 'plan-rejected';
export const REACHED = 'plan-reached';

/** More candidates than this, as along streets, are small from afar, and those that are surely out are not drawn. */
const MANY = 400;
/** From this zoom on all are drawn. */
const CLOSE = 15;

const hover: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false];
const selected: ExpressionSpecification = ['boolean', ['feature-state', 'selected'], false];

/** The layers of a plan: ground under the roads, outlines above, pins on top. */
export function planLayers(p: Palette, scale: number): Record<'areas' | 'outlines' | 'symbols', LayerSpecification[]> {
  return {
    areas: [
      {
        id: 'plan-reached',
        type: 'fill',
        source: REACHED,
        paint: { 'fill-color': p.plan, 'fill-opacity': ['case', selected, 0.34, 0.15] },
      },
      {
        id: 'plan-rejected-fill',
        type: 'fill',
        source: REJECTED,
        filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': p.softText, 'fill-opacity': ['case', hover, 0.4, 0.12] },
      },
    ],
    outlines: [
      {
        id: 'plan-reached-line',
        type: 'line',
        source: REACHED,
        paint: { 'line-color': p.plan, 'line-width': ['case', selected, 2, 0.8], 'line-opacity': 0.8 },
      },
      {
        id: 'plan-rejected-line',
        type: 'line',
        source: REJECTED,
        filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'line-color': p.softText, 'line-width': ['case', hover, 2, 1], 'line-dasharray': [2, 1.5] },
      },
    ],
    symbols: [
      {
        id: 'plan-rejected-point',
        type: 'circle',
        source: REJECTED,
        // There may be one in each block: they are told close up.
        minzoom: 14,
        filter: ['==', ['geometry-type'], 'Point'],
        paint: { 'circle-radius': 2 * scale, 'circle-color': p.softText, 'circle-opacity': 0.7 },
      },
      {
        id: 'plan-candidate',
        type: 'symbol',
        source: CANDIDATES,
        filter: ['any', ['!', ['all', ['get', 'many'], ['==', ['get', 'mark'], 'out']]], ['>=', ['zoom'], CLOSE]],
        layout: {
          'icon-image': ['concat', 'site-', ['get', 'mark']],
          'icon-size': ['interpolate', ['linear'], ['zoom'], 11, ['case', ['get', 'many'], 0.2 * scale, 0.6 * scale], 15.5, scale],
          'icon-allow-overlap': true,
          'icon-ignore-placement': true,
          'symbol-sort-key': ['get', 'order'],
        },
      },
      ...pinLayers(p, scale),
    ],
  };
}

/** A pin is a disc with its number; the selected one is ringed, as a mark of feature state may not change a size of symbols. */
function pinLayers(p: Palette, scale: number): LayerSpecification[] {
  return [
    {
      id: 'plan-pin',
      type: 'circle',
      source: PINS,
      layout: { 'circle-sort-key': ['-', 0, ['get', 'rank']] },
      paint: {
        'circle-radius': ['case', selected, 15 * scale, hover, 13 * scale, 11 * scale],
        'circle-color': ['case', selected, p.accent, p.plan],
        'circle-stroke-color': p.pinEdge,
        'circle-stroke-width': ['case', selected, 3.5, 2],
      },
    },
    {
      id: 'plan-pin-number',
      type: 'symbol',
      source: PINS,
      layout: {
        'text-field': ['to-string', ['get', 'rank']],
        'text-font': FONTS,
        'text-size': 13 * scale,
        // Where discs lie over each other the topmost has its number; names of zones keep clear.
        'symbol-sort-key': ['get', 'rank'],
        'text-padding': 9 * scale,
      },
      paint: { 'text-color': ['case', selected, p.onAccent, p.onPlan] },
    },
    {
      id: 'plan-pin-required',
      type: 'circle',
      source: PINS,
      filter: ['get', 'required'],
      paint: {
        'circle-radius': ['case', selected, 19.5 * scale, 15 * scale],
        'circle-color': 'rgba(0,0,0,0)',
        'circle-stroke-color': p.text,
        'circle-stroke-width': 1.6,
      },
    },
  ];
}

/** Candidates that matter more stand above others. */
const ORDER = { barred: 4, in: 3, interchangeable: 2, open: 1, out: 0 };

/** The plan of a map. */
export function planLayer(map: MapLibre, fill: Fill) {
  const pins = createMarks(map, PINS);
  const reached = createMarks(map, REACHED);
  const rejected = createMarks(map, REJECTED);
  const point = (at: readonly [number, number], properties: GeoJSON.GeoJsonProperties): GeoJSON.Feature => ({
    type: 'Feature', geometry: { type: 'Point', coordinates: [...at] }, properties,
  });
  const all = (features: GeoJSON.Feature[]): GeoJSON.FeatureCollection => ({ type: 'FeatureCollection', features });

  return {
    /** Draws a plan; undefined removes it. */
    setPlan(plan: PlanView | undefined) {
      fill(PINS, all((plan?.pins ?? []).map(({ id, rank, at, required }) => point(at, { id, rank, required }))));
      const candidates = plan?.candidates ?? [];
      const many = candidates.length > MANY;
      fill(CANDIDATES, all(candidates.map(({ id, at, mark }) => point(at, { id, mark, many, order: ORDER[mark] }))));
      fill(REJECTED, all((plan?.rejected ?? []).map(({ id, at, outline }) =>
        outline ? { type: 'Feature', geometry: outline, properties: { id } } : point(at, { id }))));
      fill(REACHED, plan?.reached ?? NOTHING);
      for (const marks of [pins, reached, rejected]) marks.renew();
    },

    selectSite(id: string | undefined) {
      pins.mark('selected', id);
      reached.mark('selected', id);
    },
    hoverPin: (id: string | undefined) => pins.mark('hover', id),
    hoverRejected: (id: string | undefined) => rejected.mark('hover', id),
  };
}
