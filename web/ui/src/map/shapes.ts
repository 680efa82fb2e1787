import type { Shape } from './colors';

// Shapes of groups and glyphs of kinds, as SVG paths: canvas reads them too, so
// that map and legend draw the very same.

/** The outline of a shape about a center, as an SVG path; canvas reads it too. */
export function shapePath(shape: Shape, x: number, y: number, r: number): string {
  switch (shape) {
    case 'circle':
      return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    case 'square': {
      const s = r * 0.88;
      return `M${x - s} ${y - s}h${2 * s}v${2 * s}h${-2 * s}Z`;
    }
    case 'triangle': {
      const w = r * 1.08;
      return `M${x} ${y - r * 1.08}L${x + w} ${y + r * 0.82}H${x - w}Z`;
    }
    case 'diamond': {
      const s = r * 1.16;
      return `M${x} ${y - s}L${x + s} ${y}L${x} ${y + s}L${x - s} ${y}Z`;
    }
    case 'cross': {
      const a = r * 1.06;
      const b = r * 0.56;
      return (
        `M${x - b} ${y - a}H${x + b}V${y - b}H${x + a}V${y + b}H${x + b}V${y + a}` +
        `H${x - b}V${y + b}H${x - a}V${y - b}H${x - b}Z`
      );
    }
  }
}

/** Where in a shape of that radius its glyph stands: the place of the glyph's middle, and how much of its 12 units wide box fits. */
export function glyphPlace(shape: Shape, x: number, y: number, r: number): { x: number; y: number; scale: number } {
  const room: Record<Shape, number> = { circle: 1.15, square: 1.25, triangle: 0.82, diamond: 1, cross: 1 };
  return { x, y: shape === 'triangle' ? y + r * 0.2 : y, scale: (room[shape] * r) / 12 };
}

/** Line drawings about 0, 0 in a box from -6 to 6: one for each kind that the standards name. */
const GLYPHS: Record<string, string> = {
  elder_care: 'M-1 -4.6A1.2 1.2 0 1 1 -1 -4.5M-1 -2V1.5L2 5M-1 1.5L-3 5M-1 -0.5H3V5',
  childcare: 'M0 -5A2 2 0 1 1 0 -1A2 2 0 1 1 0 -5M-4 1H4M0 -1V2.5M0 2.5L-2.5 5M0 2.5L2.5 5',
  nursery: 'M-5 0A5 5 0 0 1 0 -5V0H5A5 4 0 0 1 -5 0M-2.5 4.5V5M2.5 4.5V5',
  clinic: 'M0 -4.5V4.5M-4.5 0H4.5',
  hospital: 'M-3.5 -4.5V4.5M3.5 -4.5V4.5M-3.5 0H3.5',
  pharmacy: 'M-4 2L2 -4A2 2 0 0 1 4.5 -1.5L-1.5 4.5A2 2 0 0 1 -4 2M-1 -1L1.5 1.5',
  kindergarten: 'M-4.5 4.5V-1.5L-1.5 -4.5V4.5M-1.5 0H4.5V4.5M1.5 -3L3 -4.5L4.5 -3',
  school: 'M-5 -1.5L0 -4L5 -1.5L0 1ZM-3 0V3Q0 5 3 3V0',
  youth_home: 'M-4.5 0L0 -4.5L4.5 0M-3 -1V4.5H3V-1M0 4.5V2',
  library: 'M0 -3.5Q-2.5 -5 -5 -4V3.5Q-2.5 2.5 0 4Q2.5 2.5 5 3.5V-4Q2.5 -5 0 -3.5V4',
  pocket_park: 'M0 5V0M0 1A3 3 0 1 1 0.1 1M-4 5H4',
  park: 'M-2 5V1M-2 -5L-5 1H1ZM3 5V2M3 -2L1 2H5Z',
  sports: 'M-5 -2V2M-3.5 -3.5V3.5M-3.5 0H3.5M3.5 -3.5V3.5M5 -2V2',
  parking: 'M-2 5V-4.5H1A2.6 2.6 0 0 1 1 1H-2',
  charging_post: 'M1 -5L-3 1H0L-1 5L3 -1H0Z',
  ebike_charging: 'M-3.2 1A2 2 0 1 1 -3.300 1M3.2 1A2 2 0 1 1 3.1 1M-3.2 3L-1 -1H2L3.2 3M1 -3H2.5M-1 -1L-2 -3H-3',
  bus_stop: 'M-4 -4.5H4V3H-4ZM-4 -0.5H4M-2.5 3V5M2.5 3V5',
  street_hall: 'M-5 -1.5L0 -5L5 -1.5ZM-3.5 -1V4M0 -1V4M3.5 -1V4M-5 4.5H5',
  community_center: 'M-5 0L0 -4.5L5 0M-3.5 -1V4.5H3.5V-1M-1 4.5V1.5H1V4.5',
  service_station: 'M-4.5 4.5V-2H4.5V4.5M-5 -2L-3.5 -5H3.5L5 -2',
  rider_harbor: 'M-4.5 0A4.5 4.5 0 0 1 4.5 0ZM-5 0H5M-2 2.5Q0 5 2 2.5',
  drying_rack: 'M-5 -4H5M-3 -4V4L0 2L3 4V-4',
  market: 'M-5 -2H5L3.5 4.5H-3.5ZM-2.5 -2L0 -5L2.5 -2',
  supermarket: 'M-5 -4H-3.5L-2 2H3.5L4.5 -2.5H-3M-1.5 4.5V4.6M3 4.5V4.6',
  convenience_store: 'M-4.5 -1V4.5H4.5V-1M-5 -1L-4 -4.5H4L5 -1ZM-1 4.5V1.5H1.5V4.5',
  breakfast_shop: 'M-5 0H5A5 4.5 0 0 1 -5 0M-2 -2.5V-4.5M1.5 -2.5V-4.5',
  parcel_point: 'M-4.5 -2.5L0 -5L4.5 -2.5V2.5L0 5L-4.5 2.5ZM-4.5 -2.5L0 0L4.5 -2.5M0 0V5',
};

/** The glyph of a kind; a dot for one that has none. */
export function glyphPath(kind: string): string {
  return GLYPHS[kind] ?? 'M0 -1.5A1.5 1.5 0 1 1 -0.1 -1.5';
}
