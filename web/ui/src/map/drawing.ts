import type { Geometry } from 'geojson';
import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { Tip } from '../question/planview';
import { CLASS_COLORS, FONTS, type Palette } from './colors';
import type { Fill } from './fill';
import { createMarks } from './marks';
import type { Picked } from './pointer';

// What panels draw over everything else: paths, roads, rings, places. A panel
// says what a thing is, its look; how that is drawn stands here alone.

/** Longitude and latitude, WGS 84. */
export type LonLat = readonly [number, number];

/** Ways to draw areas. A ring's rank, 0 the innermost, shades it. */
type AreaLook = 'area' | 'ring';
/** Ways to draw lines. Of streets within reach, the rank shades them as rings. */
type LineLook = 'path' | 'reached' | 'road' | 'new-road' | 'closed-road' | 'measure';
/** Ways to draw points. */
type PointLook = 'place' | 'added' | 'removed' | 'gate' | 'opening' | 'taken' | 'aside' | RequestLook;
/** Requests of residents: those that wait or are being done, and others; and either where it lies in a gap. */
export type RequestLook = 'waiting' | 'settled' | 'waiting-gap' | 'settled-gap';
export type Look = AreaLook | LineLook | PointLook;

/** Something drawn: what it is, and what hovering over it says; without that it cannot be chosen. */
export interface Drawn {
  id: string;
  geometry: Geometry;
  look: Look;
  label?: string;
  /** Which of several rings it is. */
  rank?: number;
  selected?: boolean;
  tip?: Tip;
}

/** What one panel draws. What can be chosen is given by its id. */
export interface Drawing {
  features: readonly Drawn[];
  choose?(id: string): void;
  hover?(id: string | undefined): void;
}

/** What the clicks on the map are for while it is in hand. */
export interface Tool {
  name: string;
  /** What to do now, in the language of the page. */
  hint: string;
  click(at: LonLat, picked?: Picked): void;
  move?(at: LonLat): void;
  /** Called when it is laid down: by Esc, by its button, or for another tool. */
  end?(): void;
}

/** Id of the source the handle fills. */
export const DRAWING = 'drawing';

interface LineStyle {
  color: keyof Palette;
  width: number;
  dashed: boolean;
}

/** How each line is drawn. */
export const LINES: Record<LineLook, LineStyle> = {
  path: { color: 'text', width: 3, dashed: false },
  reached: { color: 'accent', width: 2.5, dashed: false },
  road: { color: 'accent', width: 3, dashed: false },
  'new-road': { color: 'plan', width: 4, dashed: false },
  'closed-road': { color: 'gap', width: 3.5, dashed: true },
  measure: { color: 'text', width: 2, dashed: true },
};

interface PointStyle {
  fill: keyof Palette;
  edge: keyof Palette;
  radius: number;
}

/** How each point is drawn. */
export const POINTS: Record<PointLook, PointStyle> = {
  place: { fill: 'halo', edge: 'text', radius: 6.5 },
  added: { fill: 'plan', edge: 'pinEdge', radius: 8 },
  removed: { fill: 'halo', edge: 'gap', radius: 7 },
  gate: { fill: 'accent', edge: 'pinEdge', radius: 6 },
  opening: { fill: 'plan', edge: 'pinEdge', radius: 6 },
  taken: { fill: 'plan', edge: 'pinEdge', radius: 4 },
  aside: { fill: 'gap', edge: 'gapLine', radius: 6 },
  waiting: { fill: 'text', edge: 'halo', radius: 4.5 },
  settled: { fill: 'halo', edge: 'softText', radius: 3.5 },
  'waiting-gap': { fill: 'gap', edge: 'halo', radius: 5.5 },
  'settled-gap': { fill: 'halo', edge: 'gap', radius: 4 },
};

/** What rings are drawn in, by rank, the innermost first. */
export const RING_COLORS: readonly string[] = [CLASS_COLORS[4]!, CLASS_COLORS[3]!, CLASS_COLORS[2]!, CLASS_COLORS[1]!];

const look: ExpressionSpecification = ['get', 'look'];
const strong: ExpressionSpecification = [
  'any', ['boolean', ['get', 'selected'], false], ['boolean', ['feature-state', 'hover'], false],
];

/** For each look its value; other looks have the last one. */
function byLook<S>(styles: Record<string, S>, value: (style: S) => string | number): ExpressionSpecification {
  const entries = Object.entries(styles);
  const pairs = entries.flatMap(([name, style]) => [name, value(style)]);
  return ['match', look, ...pairs, value(entries.at(-1)![1])] as unknown as ExpressionSpecification;
}

const within = (names: readonly string[]): ExpressionSpecification => ['in', look, ['literal', [...names]]];

/** The layers of the drawing: areas under the roads, lines and points on top. */
export function drawingLayers(p: Palette, scale: number): Record<'areas' | 'symbols', LayerSpecification[]> {
  const lines = Object.keys(LINES) as LineLook[];
  const ring: ExpressionSpecification = [
    'match', ['get', 'rank'], ...RING_COLORS.flatMap((color, rank) => [rank, color]), RING_COLORS.at(-1)!,
  ] as unknown as ExpressionSpecification;
  const areaColor: ExpressionSpecification = ['case', ['==', look, 'ring'], ring, p.accent];
  const line = (id: string, dashed: boolean): LayerSpecification => ({
    id,
    type: 'line',
    source: DRAWING,
    filter: within(lines.filter((name) => LINES[name].dashed === dashed)),
    layout: { 'line-cap': dashed ? 'butt' : 'round', 'line-join': 'round' },
    paint: {
      'line-color': ['case', ['==', look, 'reached'], ring, byLook(LINES, (s) => p[s.color])],
      'line-width': ['*', byLook(LINES, (s) => s.width), ['case', strong, 1.7, 1]],
      ...(dashed ? { 'line-dasharray': [2, 1.4] } : {}),
    },
  });
  return {
    areas: [
      {
        id: 'drawing-area',
        type: 'fill',
        source: DRAWING,
        filter: within(['area', 'ring']),
        paint: { 'fill-color': areaColor, 'fill-opacity': ['case', strong, 0.42, 0.24] },
      },
      {
        id: 'drawing-edge',
        type: 'line',
        source: DRAWING,
        filter: within(['area', 'ring']),
        layout: { 'line-join': 'round' },
        paint: { 'line-color': areaColor, 'line-width': ['case', strong, 3, 1.8] },
      },
    ],
    symbols: [
      {
        id: 'drawing-casing',
        type: 'line',
        source: DRAWING,
        filter: within(lines),
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': p.halo, 'line-width': ['+', 4, byLook(LINES, (s) => s.width)] },
      },
      line('drawing-line', false),
      line('drawing-dash', true),
      {
        id: 'drawing-point',
        type: 'circle',
        source: DRAWING,
        filter: within(Object.keys(POINTS)),
        paint: {
          'circle-color': byLook(POINTS, (s) => p[s.fill]),
          'circle-stroke-color': byLook(POINTS, (s) => p[s.edge]),
          'circle-stroke-width': ['case', strong, 3.2, 2],
          'circle-radius': ['*', byLook(POINTS, (s) => s.radius * scale), ['case', strong, 1.3, 1]],
        },
      },
      {
        id: 'drawing-label',
        type: 'symbol',
        source: DRAWING,
        filter: ['has', 'label'],
        layout: {
          'text-field': ['get', 'label'],
          'text-font': FONTS,
          'text-size': 13 * scale,
          'text-offset': [0, 1],
          'text-anchor': 'top',
          'text-max-width': 12,
        },
        paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 2.4 },
      },
    ],
  };
}

/** The drawing of a map. */
export function drawingLayer(map: MapLibre, fill: Fill) {
  const marks = createMarks(map, DRAWING);
  return {
    /** Draws these, in place of all before. */
    setDrawn(drawn: readonly Drawn[]) {
      const features = drawn.map(({ id, geometry, look, label, rank, selected, tip }) => ({
        type: 'Feature' as const,
        geometry,
        // What has nothing to say lets the pointer through to what lies below.
        properties: { id, look, rank: rank ?? 0, selected: selected ?? false, inert: !tip, ...(label ? { label } : {}) },
      }));
      fill(DRAWING, { type: 'FeatureCollection', features });
      marks.renew();
    },
    hoverDrawn: (id: string | undefined) => marks.mark('hover', id),
  };
}
