import type { Map as MapLibre } from 'maplibre-gl';
import type { Theme } from '../theme/theme';
import type { SiteMark } from '../question/planview';
import { GROUPS, PALETTES, type Palette, type Shape } from './colors';

// Icons are drawn here rather than shipped as a sprite: five shapes and one
// hatch, so that nothing is fetched and the legend can draw the very same.

/** Pixels of an icon for each CSS pixel, on the page. */
const RATIO = 2;

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
      const b = r * 0.42;
      return (
        `M${x - b} ${y - a}H${x + b}V${y - b}H${x + a}V${y + b}H${x + b}V${y + a}` +
        `H${x - b}V${y + b}H${x - a}V${y - b}H${x - b}Z`
      );
    }
  }
}

function draw(size: number, ratio: number, paint: (c: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * ratio;
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  paint(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function shapeImage(shape: Shape, color: string, radius: number, rim: number, ratio: number): ImageData {
  const size = Math.ceil(radius * 2.6) + 4;
  return draw(size, ratio, (c) => {
    const path = new Path2D(shapePath(shape, size / 2, size / 2, radius));
    c.lineJoin = 'round';
    c.strokeStyle = '#ffffff';
    c.lineWidth = rim;
    c.stroke(path);
    c.fillStyle = color;
    c.fill(path);
  });
}

/** Slanted lines that join at the edges of the tile. */
function hatchImage(color: string, ratio: number): ImageData {
  const size = 12;
  return draw(size, ratio, (c) => {
    c.strokeStyle = color;
    c.lineWidth = 1.6;
    for (const shift of [-size, 0, size]) {
      c.beginPath();
      c.moveTo(shift - 2, size + 2);
      c.lineTo(shift + size + 2, -2);
      c.stroke();
    }
  });
}

/** How a candidate is drawn: surely in is a ringed square, surely out a cross, one of several a diamond. */
export const SITE_MARKS: Record<SiteMark, { path: string; filled: boolean }> = {
  in: { path: 'M4 4H12V12H4ZM1.5 1.5H14.5V14.5H1.5Z', filled: false },
  interchangeable: { path: 'M8 2.5L13.5 8L8 13.5L2.5 8Z', filled: true },
  open: { path: shapePath('circle', 8, 8, 4), filled: true },
  out: { path: 'M5 5L11 11M11 5L5 11', filled: false },
  barred: { path: `${shapePath('circle', 8, 8, 5.5)}M4.2 11.8L11.8 4.2`, filled: false },
};

function siteImage(mark: SiteMark, p: Palette, ratio: number): ImageData {
  const { path, filled } = SITE_MARKS[mark];
  return draw(16, ratio, (c) => {
    const shape = new Path2D(path);
    c.lineJoin = 'round';
    c.strokeStyle = p.pinEdge;
    c.lineWidth = 4;
    c.stroke(shape);
    c.strokeStyle = c.fillStyle = mark === 'out' ? p.softText : p.plan;
    c.lineWidth = 1.8;
    if (filled) c.fill(shape);
    else c.stroke(shape);
  });
}

/** Adds all images the style names, or redraws them for another theme. */
export function addIcons(map: MapLibre, theme: Theme, ratio = RATIO) {
  const put = (name: string, image: ImageData) => {
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: ratio });
  };
  for (const [group, { color, shape }] of Object.entries(GROUPS)) {
    put(`strong-${group}`, shapeImage(shape, color, 7, 3, ratio));
    put(`faint-${group}`, shapeImage(shape, color, 4, 1.4, ratio));
  }
  for (const mark of Object.keys(SITE_MARKS) as SiteMark[]) put(`site-${mark}`, siteImage(mark, PALETTES[theme], ratio));
  put('hatch', hatchImage(PALETTES[theme].gap, ratio));
}
