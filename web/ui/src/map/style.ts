import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { Summary } from '../api/types';
import type { Theme } from '../theme/theme';
import { FONTS, PALETTES, type Palette } from './colors';
import { dataLayers, dataSources } from './layers';

/** The base map: its tiles hold all of these, as each source that is drawn has its tiles clipped anew. */
const BASE = 'base';
const TILE_LAYERS = ['landcover', 'roads', 'buildings', 'boundaries'] as const;

/** The highest zoom that tiles are made for; beyond it they are stretched. */
const TILE_MAX_ZOOM = 16;

interface RoadClass {
  id: string;
  classes: string[];
  minzoom: number;
  /** Widths in pixels at zoom 11, 14 and 17. */
  widths: [number, number, number];
}

/** Road classes from the least to the greatest, in the order they are painted. */
const ROADS: RoadClass[] = [
  { id: 'minor', classes: ['service', 'living_street', 'pedestrian', 'track'], minzoom: 14, widths: [0.2, 0.9, 5] },
  { id: 'street', classes: ['residential', 'unclassified', 'road'], minzoom: 12.5, widths: [0.3, 1.8, 9] },
  { id: 'tertiary', classes: ['tertiary', 'tertiary_link'], minzoom: 11, widths: [0.6, 2.8, 12] },
  { id: 'secondary', classes: ['secondary', 'secondary_link'], minzoom: 10, widths: [0.9, 3.8, 14] },
  { id: 'primary', classes: ['primary', 'primary_link', 'trunk', 'trunk_link', 'motorway', 'motorway_link'], minzoom: 8, widths: [1.3, 4.8, 17] },
];

const PATHS = ['footway', 'path', 'steps', 'cycleway', 'corridor', 'bridleway'];

/**
 * The whole style: our own tiles below, the answer above, no outside address.
 * scale enlarges words, icons and lines, 1 on an ordinary screen.
 */
export function buildStyle(summary: Summary, theme: Theme, origin: string, scale = 1): StyleSpecification {
  const palette = PALETTES[theme];
  const sources: Record<string, SourceSpecification> = dataSources(scale);
  sources[BASE] = {
    type: 'vector',
    tiles: [`${origin}/tiles/${summary.id}/${summary.snapshot}/${TILE_LAYERS.join(',')}/{z}/{x}/{y}.mvt`],
    minzoom: 0,
    maxzoom: TILE_MAX_ZOOM,
  };
  const data = dataLayers(palette, scale);
  return {
    version: 8,
    name: summary.id,
    sources,
    layers: [
      ...groundLayers(palette),
      ...data.areas,
      ...waterLayers(palette),
      ...roadLayers(palette, scale),
      ...buildingLayers(palette),
      ...boundaryLayers(palette, scale),
      ...data.outlines,
      ...nameLayers(palette, scale),
      ...data.symbols,
    ],
  };
}

function groundLayers(p: Palette): LayerSpecification[] {
  const ground = (kind: 'farmland' | 'built' | 'green'): LayerSpecification => ({
    id: `ground-${kind}`,
    type: 'fill',
    source: BASE,
    'source-layer': 'landcover',
    filter: ['==', ['get', 'kind'], kind],
    paint: { 'fill-color': p[kind] },
  });
  return [
    { id: 'land', type: 'background', paint: { 'background-color': p.land } },
    ground('farmland'),
    ground('built'),
    ground('green'),
  ];
}

function waterLayers(p: Palette): LayerSpecification[] {
  return [
    {
      id: 'water',
      type: 'fill',
      source: BASE,
      'source-layer': 'landcover',
      filter: ['==', ['get', 'kind'], 'water'],
      paint: { 'fill-color': p.water },
    },
  ];
}

function width([far, near, close]: [number, number, number], add: number, scale: number) {
  return [
    'interpolate', ['exponential', 1.5], ['zoom'],
    11, (far + add * 0.5) * scale, 14, (near + add) * scale, 17, (close + add * 1.5) * scale,
  ] as never;
}

/** All casings lie below all fillings, so that crossings look joined. */
function roadLayers(p: Palette, scale: number): LayerSpecification[] {
  const line = (r: RoadClass, casing: boolean): LayerSpecification => ({
    id: `road-${r.id}${casing ? '-casing' : ''}`,
    type: 'line',
    source: BASE,
    'source-layer': 'roads',
    minzoom: r.minzoom,
    filter: ['in', ['get', 'class'], ['literal', r.classes]],
    layout: { 'line-cap': casing ? 'butt' : 'round', 'line-join': 'round' },
    paint: {
      'line-color': casing ? p.roadCasing : p.road,
      'line-width': width(r.widths, casing ? 1.4 : 0, scale),
      'line-opacity': casing ? 0.75 : 0.9,
    },
  });
  return [
    {
      id: 'road-path',
      type: 'line',
      source: BASE,
      'source-layer': 'roads',
      minzoom: 14.5,
      filter: ['in', ['get', 'class'], ['literal', PATHS]],
      paint: { 'line-color': p.path, 'line-width': 1.1 * scale, 'line-dasharray': [3, 2], 'line-opacity': 0.8 },
    },
    ...ROADS.map((r) => line(r, true)),
    ...ROADS.map((r) => line(r, false)),
  ];
}

function buildingLayers(p: Palette): LayerSpecification[] {
  return [
    {
      id: 'buildings',
      type: 'fill',
      source: BASE,
      'source-layer': 'buildings',
      minzoom: 14.5,
      paint: {
        'fill-color': p.building,
        'fill-outline-color': p.buildingLine,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 14.5, 0, 15.2, 0.85],
      },
    },
  ];
}

function boundaryLayers(p: Palette, scale: number): LayerSpecification[] {
  const line = (level: string, at12: number, at16: number, opacity: number, minzoom: number): LayerSpecification => ({
    id: `boundary-${level}`,
    type: 'line',
    source: BASE,
    'source-layer': 'boundaries',
    minzoom,
    filter: ['==', ['get', 'level'], level],
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': p.boundary,
      'line-opacity': opacity,
      'line-width': ['interpolate', ['linear'], ['zoom'], 12, at12 * scale, 16, at16 * scale],
    },
  });
  return [
    line('grid', 0.3, 0.9, 0.35, 13),
    line('community', 0.7, 1.8, 0.55, 10),
    line('street', 1.8, 3.6, 0.7, 0),
  ];
}

function nameLayers(p: Palette, scale: number): LayerSpecification[] {
  const halo = { 'text-halo-color': p.halo, 'text-halo-width': 1.4 };
  return [
    {
      id: 'name-road',
      type: 'symbol',
      source: BASE,
      'source-layer': 'roads',
      minzoom: 14,
      filter: ['!=', ['coalesce', ['get', 'name'], ''], ''],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 360,
        'text-field': ['get', 'name'],
        'text-font': FONTS,
        'text-size': 11 * scale,
        'text-max-angle': 35,
      },
      paint: { 'text-color': p.softText, ...halo },
    },
    {
      id: 'name-ground',
      type: 'symbol',
      source: BASE,
      'source-layer': 'landcover',
      minzoom: 13,
      filter: ['all', ['!=', ['coalesce', ['get', 'name'], ''], ''], ['in', ['get', 'kind'], ['literal', ['water', 'green']]]],
      layout: { 'text-field': ['get', 'name'], 'text-font': FONTS, 'text-size': 12 * scale, 'text-max-width': 7, 'text-padding': 40 },
      paint: { 'text-color': ['match', ['get', 'kind'], 'water', p.waterText, p.softText], ...halo },
    },
  ];
}
