import type { Map as MapLibre, MapMouseEvent } from 'maplibre-gl';
import type { LonLat } from './drawing';

/** What the pointer is on, the topmost first: of what panels drew, of a plan, a gap, a facility, ranked ground, a zone. */
export interface Picked {
  what: 'drawn' | 'pin' | 'candidate' | 'rejected' | 'gap' | 'facility' | 'ground' | 'zone';
  id: string;
  /** Pixels from the map's top left corner. */
  x: number;
  y: number;
}

const LAYERS: Record<string, Picked['what']> = {
  'drawing-point': 'drawn',
  'drawing-line': 'drawn',
  'drawing-dash': 'drawn',
  'drawing-area': 'drawn',
  'plan-pin': 'pin',
  'plan-candidate': 'candidate',
  'plan-rejected-fill': 'rejected',
  'plan-rejected-point': 'rejected',
  'gap-circle': 'gap',
  'facility-strong': 'facility',
  'facility-faint': 'facility',
  'ground-fill': 'ground',
  'zone-fill': 'zone',
};

/** What marks the area under the pointer. */
const HOVERED = ['zone', 'ground', 'pin', 'rejected', 'drawn'] as const;
type Hovers = Record<(typeof HOVERED)[number], (id: string | undefined) => void>;

interface Told {
  hover(picked: Picked | undefined, at?: LonLat): void;
  click(picked: Picked | undefined, at: LonLat): void;
}

/** Tells what is under the pointer, at most once a frame, and what was clicked. */
export function bindPointer(map: MapLibre, told: Told, hovers: Hovers) {
  let frame = 0;
  let crosshair = false;
  const place = ({ lngLat }: MapMouseEvent): LonLat => [lngLat.lng, lngLat.lat];

  function mark(picked: Picked | undefined) {
    for (const what of HOVERED) hovers[what](picked?.what === what ? picked.id : undefined);
  }

  function pick({ point }: MapMouseEvent): Picked | undefined {
    const layers = Object.keys(LAYERS);
    const top = map.queryRenderedFeatures(point, { layers }).find((f) => f.properties.inert !== true);
    const id = top?.properties.id;
    if (!top || id === undefined) return undefined;
    return { what: LAYERS[top.layer.id]!, id: String(id), x: point.x, y: point.y };
  }

  map.on('mousemove', (event) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const picked = pick(event);
      mark(picked);
      map.getCanvas().style.cursor = crosshair ? 'crosshair' : picked ? 'pointer' : '';
      told.hover(picked, place(event));
    });
  });
  map.on('mouseout', () => {
    cancelAnimationFrame(frame);
    mark(undefined);
    told.hover(undefined);
  });
  map.on('click', (event) => told.click(pick(event), place(event)));
  return {
    /** Whether a click is for a place rather than for what lies there. */
    setCrosshair(on: boolean) {
      crosshair = on;
      map.getCanvas().style.cursor = on ? 'crosshair' : '';
    },
  };
}
