import type { Map as MapLibre } from 'maplibre-gl';
import type { Theme } from '../theme/theme';
import { GROUPS, PALETTES, type Shape } from './colors';

// Icons are drawn here rather than shipped as a sprite: five shapes and one
// hatch, so that nothing is fetched and the legend can draw the very same.

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

function draw(size: number, paint: (c: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * RATIO;
  const context = canvas.getContext('2d')!;
  context.scale(RATIO, RATIO);
  paint(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function shapeImage(shape: Shape, color: string, radius: number, rim: number): ImageData {
  const size = Math.ceil(radius * 2.6) + 4;
  return draw(size, (c) => {
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
function hatchImage(color: string): ImageData {
  const size = 12;
  return draw(size, (c) => {
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

/** Adds all images the style names, or redraws them for another theme. */
export function addIcons(map: MapLibre, theme: Theme) {
  const put = (name: string, image: ImageData) => {
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: RATIO });
  };
  for (const [group, { color, shape }] of Object.entries(GROUPS)) {
    put(`strong-${group}`, shapeImage(shape, color, 7, 3));
    put(`faint-${group}`, shapeImage(shape, color, 4, 1.4));
  }
  put('hatch', hatchImage(PALETTES[theme].gap));
}
