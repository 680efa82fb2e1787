// What a map is put on. Lengths are CSS pixels, 96 to the inch, as on paper.

/** What may be chosen. */
export type Paper = 'a4-landscape' | 'a4-portrait' | 'a3-landscape' | 'a3-portrait' | 'picture';
export const PAPERS: readonly Paper[] = ['a4-landscape', 'a4-portrait', 'a3-landscape', 'a3-portrait', 'picture'];

/** How much finer than a screen a picture may be. */
export const TIMES = [1, 2, 3] as const;
export type Times = (typeof TIMES)[number];

/** A sheet's size, and how fine it is drawn. */
export interface Format {
  width: number;
  height: number;
  margin: number;
  /** Pixels drawn for each CSS pixel. */
  ratio: number;
  /** The paper's size as CSS names it; undefined for a picture, which has no paper. */
  page?: string;
}

const PER_MM = 96 / 25.4;
export const DPI = 96;
/** Printers leave a rim of a few millimeters blank. */
const MARGIN_MM = 10;

/** Short side, long side, and dots per inch: a large sheet is looked at from further off, and 300 would pass what browsers draw. */
const SHEETS = {
  a4: { short: 210, long: 297, dpi: 300 },
  a3: { short: 297, long: 420, dpi: 200 },
} as const;

const PICTURE = { width: 1280, height: 720, margin: 28 };

/** The size of a paper, or of a picture so many times as fine. */
export function formatOf(paper: Paper, times: Times): Format {
  if (paper === 'picture') return { ...PICTURE, ratio: times };
  const [name, turn] = paper.split('-') as ['a4' | 'a3', 'landscape' | 'portrait'];
  const { short, long, dpi } = SHEETS[name];
  const [width, height] = turn === 'landscape' ? [long, short] : [short, long];
  return {
    width: width * PER_MM,
    height: height * PER_MM,
    margin: MARGIN_MM * PER_MM,
    ratio: dpi / DPI,
    page: `${name.toUpperCase()} ${turn}`,
  };
}

/** Width and height of the PNG of a format. */
export function pixelsOf({ width, height, ratio }: Format): [number, number] {
  return [Math.round(width * ratio), Math.round(height * ratio)];
}
