import { Map as MapLibre, prewarm, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { Bounds, Gaps, Summary, Zones } from '../api/types';
import { classOf, type Scale } from '../question/classes';
import type { Painted, Painting } from '../question/painting';
import type { View } from '../question/question';
import type { Theme } from '../theme/theme';
import { drawingLayer, type LonLat } from './drawing';
import { facilityLayer } from './facilities';
import { NOTHING, type Fill } from './fill';
import { boundsOf, labelPoint } from './geometry';
import type { CopyOptions } from './copy';
import { groundLayer } from './ground';
import { addIcons } from './icons';
import { CHANGE_CLASSES, GAPS, ZONE_LABELS, ZONE_MARKS, ZONES, zoneOpacity } from './layers';
import type { Mark } from './marks';
import { planLayer } from './sites';
import { bindPointer, type Picked } from './pointer';
import { buildStyle } from './style';
import { createVisibility } from './visibility';

setWorkerUrl(workerUrl);
prewarm();

/** What the map tells the page. */
export interface Listeners {
  hover(picked: Picked | undefined, at?: LonLat): void;
  click(picked: Picked | undefined, at: LonLat): void;
  move(view: View): void;
  trouble(message: string): void;
}

/** What the map needs to start. */
export interface Options {
  container: HTMLElement;
  summary: Summary;
  theme: Theme;
  view: View | undefined;
  /** How much larger than usual words and icons are. */
  scale: number;
  listeners: Listeners;
}

/** How the whole study fits the map. */
const WHOLE = { padding: 24 };

/** Everything the page can do to the map. */
export type MapHandle = Awaited<ReturnType<typeof createMap>>;

/**
 * Starts a map of one study and waits until its style stands, so that every
 * method works at once. Errors: when the browser has no WebGL.
 */
export async function createMap({ container, summary, theme, view, scale, listeners }: Options) {
  const map = new MapLibre({
    container,
    style: buildStyle(summary, theme, window.location.origin, scale),
    ...(view ? { center: [view[0], view[1]] as [number, number], zoom: view[2] } : { bounds: summary.bounds }),
    fitBoundsOptions: WHOLE,
    trackResize: false,
    // A test holds that the style is valid.
    validateStyle: false,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    maxZoom: 19,
    localIdeographFontFamily: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new ScaleControl({ unit: 'metric', maxWidth: 110 }), 'bottom-right');
  map.on('error', (event) => listeners.trouble(event.error?.message ?? 'map'));
  await new Promise<void>((resolve) => map.once('style.load', () => resolve()));
  addIcons(map, theme, summary.kinds);
  let painted = theme;

  const { fill, ...shown } = createVisibility(map);
  const areas = zoneLayer(map, fill, shown.setZonesAreBuildings);
  const ground = groundLayer(map, fill);
  const plan = planLayer(map, fill);
  const drawing = drawingLayer(map, fill);
  const pointer = bindPointer(map, listeners, {
    zone: areas.hover, ground: ground.hoverGround, pin: plan.hoverPin, rejected: plan.hoverRejected, drawn: drawing.hoverDrawn,
  });
  /** Whether the whole study is shown because nobody has moved the map yet. */
  let whole = view === undefined;
  let resizing = false;
  map.on('movestart', () => (whole &&= resizing));
  map.on('moveend', () => {
    if (whole) return;
    const { lng, lat } = map.getCenter();
    listeners.move([lng, lat, map.getZoom()]);
  });

  return {
    ...areas,
    ...ground,
    ...plan,
    ...drawing,
    ...pointer,
    ...gapLayer(map, fill),
    ...facilityLayer(map, fill),
    ...shown,

    /** Repaints for another theme without reloading anything. */
    setTheme(next: Theme) {
      if (next === painted) return;
      painted = next;
      addIcons(map, next, summary.kinds);
      for (const layer of buildStyle(summary, next, window.location.origin, scale).layers) {
        for (const [name, value] of Object.entries(layer.paint ?? {})) {
          map.setPaintProperty(layer.id, name as never, value as never);
        }
      }
      areas.repaint();
    },

    /** Shows a box, leaving room on the right for an open panel of that many pixels. */
    fit(bounds: Bounds, right = 0, maxZoom = 16) {
      // Room for the buttons, and for the label at the end of a way.
      const padding = { top: 48, bottom: 64, left: 72, right: 72 + right };
      map.fitBounds(bounds, { padding, maxZoom, duration: 400 });
    },

    zoom(by: 1 | -1) {
      if (by > 0) map.zoomIn();
      else map.zoomOut();
    },

    center: (): LonLat => [map.getCenter().lng, map.getCenter().lat],

    jump(to: View) {
      map.jumpTo({ center: [to[0], to[1]], zoom: to[2] });
    },

    /** What is shown, in CSS pixels. */
    shown() {
      const { lng, lat } = map.getCenter();
      const { clientWidth, clientHeight } = map.getContainer();
      return { center: [lng, lat] as [number, number], zoom: map.getZoom(), width: clientWidth, height: clientHeight };
    },

    /** Draws all that is on the map anew, for a sheet of paper or a picture. */
    async copy(options: CopyOptions): Promise<Blob> {
      const { drawCopy } = await import('./copy');
      return drawCopy(map, summary, painted, scale, options);
    },

    label(text: string) {
      map.getCanvas().setAttribute('aria-label', text);
    },

    /** Fills the container again; the whole study stays whole. */
    resize() {
      resizing = true;
      map.resize();
      if (whole) map.fitBounds(summary.bounds, { ...WHOLE, animate: false });
      resizing = false;
    },

    destroy() {
      map.remove();
    },
  };
}

/** The zones of one level: their shapes, their classes, which is hovered or open. */
function zoneLayer(map: MapLibre, fill: Fill, areBuildings: (on: boolean) => void) {
  let zones: Zones | undefined;
  let bounds = new Map<string, Bounds>();
  let shown: readonly number[] | undefined;
  let quiet = false;
  let byId = new Map<string, Zones['features'][number]>();
  const marked: Record<Mark, string | undefined> = { hover: undefined, selected: undefined };

  /** Outlines of the marked zones lie in a source of their own: a line about each of 25,000 buildings, most of no width, costs every frame. */
  function outline() {
    const features = [...new Set([marked.hover, marked.selected])].flatMap((id) => {
      const zone = id === undefined ? undefined : byId.get(id);
      return zone ? { ...zone, properties: { id: zone.properties.id, selected: id === marked.selected } } : [];
    });
    fill(ZONE_MARKS, { type: 'FeatureCollection', features });
  }

  function mark(what: Mark, id: string | undefined) {
    if (marked[what] === id) return;
    marked[what] = id;
    outline();
  }

  function repaint() {
    map.setPaintProperty('zone-fill', 'fill-opacity', zoneOpacity(shown, quiet));
  }

  return {
    repaint,

    /** Sets the zones; where they are the buildings themselves, the base map's give way. */
    setZones(next: Zones, level: string) {
      zones = next;
      areBuildings(level === 'building');
      bounds = new Map();
      for (const f of next.features) {
        const box = boundsOf(f.geometry);
        if (box) bounds.set(f.properties.id, box);
      }
      byId = new Map(next.features.map((f) => [f.properties.id, f]));
      fill(ZONES, next);
      fill(ZONE_LABELS, NOTHING);
      map.removeFeatureState({ source: ZONES });
      outline();
    },

    /** Paints the zones by their rates; undefined clears them. */
    setPainting(painting: Painting | undefined) {
      if (!zones) return;
      const painted = new Map(painting?.zones.map((z) => [z.id, z]));
      for (const { properties } of zones.features) {
        const zone = painted.get(properties.id);
        const state = { class: zone ? stateOf(zone.rate, painting!.scale) : -2 };
        map.setFeatureState({ source: ZONES, id: properties.id }, state);
      }
      fill(ZONE_LABELS, labels(zones, painted, painting));
    },

    /** Shows only these classes in full; undefined shows all. */
    setClasses(classes: readonly number[] | undefined) {
      shown = classes;
      repaint();
    },

    /** Hatches the zones with the largest gaps and quiets the rest; undefined ends it. */
    setWorst(ids: readonly string[] | undefined) {
      quiet = ids !== undefined;
      const filter = ids ? ['in', ['get', 'id'], ['literal', [...ids]]] : ['literal', false];
      map.setFilter('zone-hatch', filter as never);
      repaint();
    },

    hover: (id: string | undefined) => mark('hover', id),
    select: (id: string | undefined) => mark('selected', id),

    /** The box round a zone; undefined when it is not on the map. */
    boundsOf: (id: string): Bounds | undefined => bounds.get(id),
  };
}

/** The class of a rate as the style tells it apart. */
function stateOf(rate: number | null, scale: Scale): number {
  const index = classOf(rate, scale);
  return index >= 0 && scale === 'change' ? CHANGE_CLASSES + index : index;
}

/** More zones than this, such as buildings, are too many to be named. */
const MOST_LABELS = 1500;

function labels(zones: Zones, painted: Map<string, Painted>, painting: Painting | undefined): GeoJSON.FeatureCollection {
  if (zones.features.length > MOST_LABELS) return NOTHING;
  const features: GeoJSON.Feature[] = [];
  for (const { geometry, properties } of zones.features) {
    const at = labelPoint(geometry);
    if (!at) continue;
    const zone = painted.get(properties.id);
    features.push({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: at },
      properties: {
        id: properties.id,
        name: properties.name ?? '',
        weight: zone?.demand ?? 0,
        figure: zone && painting ? painting.figure(zone) : '',
      },
    });
  }
  return { type: 'FeatureCollection', features };
}

/** The places in the gaps. */
function gapLayer(map: MapLibre, fill: Fill) {
  let gap: string | undefined;
  return {
    /** The places beyond the cutoff, sized by their people; undefined removes them. */
    setGaps(gaps: Gaps | undefined, label: (demand: number) => string) {
      map.removeFeatureState({ source: GAPS });
      gap = undefined;
      const most = Math.max(1, ...(gaps?.features.map((f) => f.properties.demand) ?? []));
      const features = (gaps?.features ?? []).map((f) => ({
        type: 'Feature' as const,
        geometry: f.geometry,
        properties: {
          id: f.properties.id,
          demand: f.properties.demand,
          size: Math.sqrt(f.properties.demand / most),
          label: label(f.properties.demand),
        },
      }));
      fill(GAPS, { type: 'FeatureCollection', features });
    },

    /** Marks one gap point. */
    selectGap(id: string | undefined) {
      if (gap !== undefined) map.setFeatureState({ source: GAPS, id: gap }, { selected: false });
      if (id !== undefined) map.setFeatureState({ source: GAPS, id }, { selected: true });
      gap = id;
    },
  };
}
