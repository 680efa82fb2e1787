import { inflateSync } from 'node:zlib';

/** What a printed file is made of, as far as a test asks. */
export interface Printed {
  pages: number;
  /** Width and height of each page in points, 72 to the inch. */
  sizes: [number, number][];
  /** Every character that is printed as text, not as a picture. */
  characters: Set<string>;
  /** Widths of its pictures in pixels. */
  pictures: number[];
}

/** Longer streams are pictures and fonts. */
const LONGEST_MAP = 100_000;

/** Reads a PDF as Chromium writes it: pages and pictures in the open, texts by the fonts' tables of characters. */
export function readPdf(pdf: Buffer): Printed {
  const open = pdf.toString('latin1');
  const sizes = [...open.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)].map((m): [number, number] => [Number(m[1]), Number(m[2])]);
  const pictures = [...open.matchAll(/\/Subtype \/Image[^>]*?\/Width (\d+)/g)].map((m) => Number(m[1]));
  const characters = new Set<string>();
  for (const { index } of open.matchAll(/stream\r?\n/g)) {
    if (open.slice(index - 3, index) === 'end') continue;
    const start = open.indexOf('\n', index) + 1;
    const end = open.indexOf('endstream', start);
    if (end - start > LONGEST_MAP) continue;
    // A glyph that is a radical as well is told as the radical.
    for (const c of charactersOf(inflated(pdf.subarray(start, end)))) characters.add(c.normalize('NFKC'));
  }
  return { pages: [...open.matchAll(/\/Type \/Page\b/g)].length, sizes, characters, pictures };
}

/** A stream as text; empty where it is not packed so. */
function inflated(packed: Buffer): string {
  try {
    return inflateSync(packed).toString('latin1');
  } catch {
    return '';
  }
}

/** What a font's glyphs stand for. */
function charactersOf(map: string): string[] {
  const code = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  const found: string[] = [];
  for (const [, body] of map.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, to] of body!.matchAll(/<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>/g)) found.push(code(to!));
  }
  for (const [, body] of map.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from, last, to] of body!.matchAll(/<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]{4})>/g)) {
      const n = parseInt(last!, 16) - parseInt(from!, 16);
      for (let i = 0; i <= n; i++) found.push(String.fromCharCode(parseInt(to!, 16) + i));
    }
  }
  return found;
}
