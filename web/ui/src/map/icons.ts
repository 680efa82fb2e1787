import type { Map as MapLibre } from 'maplibre-gl';
import type { Summary } from '../api/types';
import type { Theme } from '../theme/theme';
import type { SiteMark } from '../question/planview';
import { GROUPS, groupLook, PALETTES, type Palette, type Shape } from './colors';
import { glyphPath, glyphPlace, shapePath } from './shapes';

// Icons are drawn here rather than shipped as a sprite: shapes, glyphs and
// one hatch, so that nothing is fetched and the legend can draw the very same.

/** Pixels of an icon for each CSS pixel, on the page. */
const RATIO = 2;

/** A kind of facility and the group whose shape it has. */
type Kind = Pick<Summary['kinds'][number], 'kind' | 'group'>;

function draw(size: number, ratio: number, paint: (c: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * ratio;
  // Drawn by the processor: to read from a graphics card waits for all that is drawn there.
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.scale(ratio, ratio);
  paint(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** A facility: the shape of its group, and inside it the glyph of its kind, if one is given. */
function shapeImage(shape: Shape, color: string, radius: number, rim: number, ratio: number, glyph?: string): ImageData {
  const size = Math.ceil(radius * 2.6) + 4;
  return draw(size, ratio, (c) => {
    const path = new Path2D(shapePath(shape, size / 2, size / 2, radius));
    c.lineJoin = c.lineCap = 'round';
    c.strokeStyle = '#ffffff';
    c.lineWidth = rim;
    c.stroke(path);
    c.fillStyle = color;
    c.fill(path);
    if (!glyph) return;
    const { x, y, scale } = glyphPlace(shape, size / 2, size / 2, radius);
    c.translate(x, y);
    c.scale(scale, scale);
    c.lineWidth = 1.5;
    c.stroke(new Path2D(glyph));
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
export function addIcons(map: MapLibre, theme: Theme, kinds: readonly Kind[], ratio = RATIO) {
  const put = (name: string, image: ImageData) => {
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: ratio });
  };
  for (const [group, { color, shape }] of Object.entries(GROUPS)) put(`faint-${group}`, shapeImage(shape, color, 4, 1.4, ratio));
  for (const { kind, group } of kinds) {
    const { color, shape } = groupLook(group);
    put(`kind-${kind}`, shapeImage(shape, color, 9, 3, ratio, glyphPath(kind)));
  }
  for (const mark of Object.keys(SITE_MARKS) as SiteMark[]) put(`site-${mark}`, siteImage(mark, PALETTES[theme], ratio));
  put('hatch', hatchImage(PALETTES[theme].gap, ratio));
}
