import { Map as MapLibre, type GeoJSONSourceSpecification, type StyleSpecification } from 'maplibre-gl';
import type { Summary } from '../api/types';
import type { Theme } from '../theme/theme';
import { addIcons } from './icons';
import { ZONE_MARKS } from './layers';
import { buildStyle } from './style';

/** What a copy of the map shows, and how fine it is. */
export interface CopyOptions {
  center: readonly [number, number];
  zoom: number;
  /** CSS pixels. */
  width: number;
  height: number;
  /** Pixels drawn for each CSS pixel. */
  ratio: number;
  /** Ends the work when the drawing is no longer wanted. */
  signal: AbortSignal;
}

/** How long the ground may take to come. */
const PATIENCE_MS = 180_000;

/** Larger than any sheet: what the graphics card bears is the limit. */
const MOST_PIXELS: [number, number] = [16_384, 16_384];

const DRAFT_RATIO = 0.25;

/** Styles that differ in nothing but their paint. */
type Styles = Record<Theme, StyleSpecification>;

/**
 * Draws anew what a map shows, at another size and fineness, as a PNG: the
 * same style, data and marks, but in the light colors that paper needs, and
 * without what the pointer is on. Errors: when part of the ground did not
 * come, or all of it not in time.
 */
export async function drawCopy(shown: MapLibre, summary: Summary, theme: Theme, scale: number, options: CopyOptions): Promise<Blob> {
  const { center, zoom, width, height, ratio, signal } = options;
  const container = document.createElement('div');
  container.style.cssText = `position:fixed;top:0;left:-${2 * Math.ceil(width)}px;width:${width}px;height:${height}px;visibility:hidden`;
  document.body.append(container);
  const style = shown.getStyle();
  dropPointer(style);
  const origin = window.location.origin;
  if (theme !== 'light') {
    lighten(style, { light: buildStyle(summary, 'light', origin, scale), dark: buildStyle(summary, 'dark', origin, scale) });
  }
  const copy = new MapLibre({
    container,
    style,
    center: [center[0], center[1]],
    zoom,
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    // Coarse until all has come: each tile that arrives draws the whole map again.
    pixelRatio: DRAFT_RATIO,
    maxCanvasSize: MOST_PIXELS,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    localIdeographFontFamily: false,
  });
  try {
    copy.once('style.load', () => {
      addIcons(copy, 'light', summary.kinds, Math.max(2, Math.ceil(ratio)));
      copyImages(shown, copy);
      copyMarks(shown, copy, style);
    });
    await settled(copy, signal);
    copy.setPixelRatio(ratio);
    await settled(copy, signal);
    return await pictureOf(copy.getCanvas());
  } finally {
    copy.remove();
    container.remove();
  }
}

/** Leaves out the zone under the pointer; the one that is open stays. */
function dropPointer({ sources }: StyleSpecification) {
  const marks = sources[ZONE_MARKS];
  if (marks?.type !== 'geojson' || typeof marks.data !== 'object' || marks.data.type !== 'FeatureCollection') return;
  marks.data = { ...marks.data, features: marks.data.features.filter((f) => f.properties?.selected) };
}

/** Takes over the light paint of all that has another one in the dark. */
function lighten(style: StyleSpecification, { light, dark }: Styles) {
  const paints = new Map(style.layers.map((layer) => [layer.id, layer.paint as Record<string, unknown> | undefined]));
  light.layers.forEach((layer, i) => {
    const [bright, dim] = [layer.paint ?? {}, dark.layers[i]!.paint ?? {}] as Record<string, unknown>[];
    for (const [name, value] of Object.entries(bright!)) {
      const paint = paints.get(layer.id);
      if (paint && JSON.stringify(value) !== JSON.stringify(dim![name])) paint[name] = value;
    }
  });
}

/** Copies the images that are not drawn anew. */
function copyImages(from: MapLibre, to: MapLibre) {
  for (const name of from.listImages()) {
    if (to.hasImage(name)) continue;
    const { data, pixelRatio, sdf } = from.getImage(name);
    to.addImage(name, data, { pixelRatio, sdf });
  }
}

/** Copies what features are marked with, such as their class; but for the pointer's mark. */
function copyMarks(from: MapLibre, to: MapLibre, style: StyleSpecification) {
  for (const [source, specification] of Object.entries(style.sources)) {
    if (specification.type !== 'geojson') continue;
    for (const id of idsOf(specification)) {
      const { hover: _, ...state } = from.getFeatureState({ source, id }) ?? {};
      if (Object.keys(state).length > 0) to.setFeatureState({ source, id }, state);
    }
  }
}

function idsOf({ data, promoteId }: GeoJSONSourceSpecification): string[] {
  if (typeof data !== 'object' || data.type !== 'FeatureCollection' || typeof promoteId !== 'string') return [];
  return data.features.flatMap((f) => (f.properties?.[promoteId] === undefined ? [] : [String(f.properties[promoteId])]));
}

/** Waits until all of a map is drawn. */
function settled(map: MapLibre, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: unknown) => end(() => reject(why));
    const stop = () => fail(signal.reason);
    const timer = window.setTimeout(() => fail(new Error(`the map was not drawn within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    function end(act: () => void) {
      window.clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      act();
    }
    map.once('error', ({ error }) => fail(error));
    map.once('idle', () => end(resolve));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}

async function pictureOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error(`no picture of ${canvas.width} × ${canvas.height} pixels`);
  return blob;
}
