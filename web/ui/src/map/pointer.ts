import type { Map as MapLibre, MapMouseEvent, Point, PointLike } from 'maplibre-gl';
import type { LonLat } from './drawing';
import { FACILITY_SOURCES } from './facilities';

/** What the pointer is on, the topmost first: of what panels drew, of a plan, a gap, a facility or several as one sign, ranked ground, a zone. */
export interface Picked {
  what: 'drawn' | 'pin' | 'candidate' | 'rejected' | 'gap' | 'facility' | 'cluster' | 'ground' | 'zone';
  id: string;
  /** How many facilities a sign stands for. */
  count?: number;
  /** Ids of all facilities here, where there is more than one. */
  among?: string[];
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
  ...Object.fromEntries(FACILITY_SOURCES.map((id) => [id, 'facility' as const])),
  'ground-fill': 'ground',
  'zone-fill': 'zone',
};

/** Facilities so near a click, in pixels, are meant too. */
const NEAR_PX = 5;

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

  function pick(point: Point): Picked | undefined {
    const top = map.queryRenderedFeatures(point, { layers: Object.keys(LAYERS) }).find((f) => f.properties.inert !== true);
    if (!top) return undefined;
    const { id, cluster_id, point_count } = top.properties;
    const at = { x: point.x, y: point.y };
    if (cluster_id !== undefined) return { what: 'cluster', id: `${top.source}/${cluster_id}`, count: point_count, ...at };
    return id === undefined ? undefined : { what: LAYERS[top.layer.id]!, id: String(id), ...at };
  }

  /** What is picked by a click: of facilities, all that lie there. */
  function pickAll(point: Point): Picked | undefined {
    const picked = pick(point);
    if (picked?.what !== 'facility') return picked;
    const box: [PointLike, PointLike] = [[point.x - NEAR_PX, point.y - NEAR_PX], [point.x + NEAR_PX, point.y + NEAR_PX]];
    const found = map.queryRenderedFeatures(box, { layers: FACILITY_SOURCES });
    const among = [...new Set([picked.id, ...found.filter((f) => f.properties.id !== undefined).map((f) => String(f.properties.id))])];
    return among.length > 1 ? { ...picked, among } : picked;
  }

  /** The middle of the map, where the cross stands for those who do without a pointer. */
  function middle(): { point: Point; at: LonLat } {
    const { lng, lat } = map.getCenter();
    return { point: map.project([lng, lat]), at: [lng, lat] };
  }
  const byKeyboard = () => crosshair && map.getCanvas().matches(':focus-visible');

  map.on('mousemove', (event) => {
    cancelAnimationFrame(frame);
    // While the map follows the hand nothing is pointed at.
    if (map.isMoving()) return;
    frame = requestAnimationFrame(() => {
      const picked = pick(event.point);
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
  map.on('click', (event) => told.click(pickAll(event.point), place(event)));
  map.on('move', () => byKeyboard() && told.hover(undefined, middle().at));
  map.getCanvas().addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !byKeyboard()) return;
    const { point, at } = middle();
    told.click(pick(point), at);
  });
  return {
    /** Whether a click is for a place rather than for what lies there. */
    setCrosshair(on: boolean) {
      crosshair = on;
      map.getCanvas().style.cursor = on ? 'crosshair' : '';
    },
  };
}
