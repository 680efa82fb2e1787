// Where everything stands on a sheet: words above, the map, its legend beside
// or below it, and in small print what it rests on. Nothing is drawn here.

import type { Entry, Swatch } from './legend';
import type { Format } from './paper';
import { metersPerPixel, scaleBar, scaleNumber, type Shown, type Size } from './scale';
import { wrap, type Measure } from './wrap';

/** What a sheet says. */
export interface Content {
  title: string;
  question: string;
  answer: string;
  legendTitle: string;
  entries: readonly Entry[];
  notes: readonly string[];
  /** Said on the map where the data is made up. */
  mark?: string;
  north: string;
  meters(n: number): string;
  scale(n: number): string;
}

export interface Box extends Size {
  x: number;
  y: number;
}

/** Lines of one size; y is the first one's base. */
export interface Text {
  x: number;
  y: number;
  size: number;
  leading: number;
  bold: boolean;
  soft: boolean;
  lines: readonly string[];
  role: 'title' | 'question' | 'answer' | 'legend' | 'note';
}

/** A sample at x, y, and its text. */
export interface Row {
  x: number;
  y: number;
  swatch: Swatch;
  text: Text;
}

export interface Sheet {
  format: Format;
  texts: readonly Text[];
  rows: readonly Row[];
  map: Box;
  shown: Shown;
  /** The scale bar's left end and length. */
  bar: { x: number; y: number; pixels: number; meters: number; text: string; scale?: string };
  north: { x: number; y: number; text: string };
  mark?: { x: number; y: number; width: number; text: string };
}

const SIZES = { title: 24, question: 13, answer: 15, note: 10.5 };
/** The legend is as large as the room allows. */
const LEGEND_SIZES = [12.5, 11.5, 10.5, 9.5];
const LEADING = 1.42;
const COLUMN = 214;
const GAP = 16;
const SWATCH = 32;
/** A scale bar is at most this long, and stands this far from the map's edge. */
const BAR = 150;
const INSET = 14;

/**
 * Lays a sheet out. viewFor says what the map shows in the room it is left;
 * measure tells how wide a text is.
 */
export function layOut(content: Content, format: Format, viewFor: (room: Size) => Shown, measure: Measure): Sheet {
  const { width, height, margin } = format;
  const inner = { x: margin, y: margin, width: width - 2 * margin, height: height - 2 * margin };
  const text = blocks(measure);

  const head = [
    text('title', content.title, inner.x, inner.y, inner.width, SIZES.title, true),
    text('question', content.question, inner.x, 0, inner.width, SIZES.question, false, true),
    text('answer', content.answer, inner.x, 0, inner.width, SIZES.answer),
  ];
  const top = stack(head, inner.y, 3) + 9;
  const notes = content.notes.map((n) => text('note', n, inner.x, 0, inner.width, SIZES.note, false, true));
  const small = notes.reduce((sum, n) => sum + heightOf(n), 0);
  stack(notes, inner.y + inner.height - small, 0);
  const room: Box = { x: inner.x, y: top, width: inner.width, height: inner.y + inner.height - small - 9 - top };

  const wide = width > height;
  const legend = layLegend(content, room, wide, text);
  // A map has whole pixels.
  const map: Box = wide
    ? { ...room, width: Math.floor(room.width - COLUMN - GAP), height: Math.floor(room.height) }
    : { ...room, width: Math.floor(room.width), height: Math.floor(room.height - legend.height - GAP) };
  legend.move(wide ? map.x + map.width + GAP : room.x, wide ? room.y : map.y + map.height + GAP);

  const shown = viewFor(map);
  const perPixel = metersPerPixel(shown.center[1], shown.zoom);
  const { meters, pixels } = scaleBar(perPixel, BAR);
  const mark = content.mark && {
    x: map.x + INSET, y: map.y + INSET, width: measure(content.mark, SIZES.question, true) + 18, text: content.mark,
  };
  return {
    format,
    texts: [...head, legend.title, ...notes],
    rows: legend.rows,
    map,
    shown,
    bar: {
      x: map.x + INSET + 10,
      y: map.y + map.height - INSET - 10,
      pixels,
      meters,
      text: content.meters(meters),
      ...(format.page && { scale: content.scale(scaleNumber(perPixel)) }),
    },
    north: { x: map.x + map.width - INSET - 18, y: map.y + INSET, text: content.north },
    ...(mark && { mark }),
  };
}

/** Makes texts that are broken into lines. */
function blocks(measure: Measure) {
  return (role: Text['role'], words: string, x: number, y: number, width: number, size: number, bold = false, soft = false): Text => ({
    role, x, y, size, bold, soft,
    leading: size * LEADING,
    lines: wrap(words, width, (line) => measure(line, size, bold)),
  });
}

function heightOf(text: Text): number {
  return text.lines.length * text.leading;
}

/** How far below its top a line's base is. */
const baseOf = (text: Text) => (text.leading + text.size * 0.72) / 2;

/** Puts texts below each other; returns where the next would stand. */
function stack(texts: readonly Text[], top: number, gap: number): number {
  return texts.reduce((y, text) => {
    text.y = y + baseOf(text);
    return text.lines.length > 0 ? y + heightOf(text) + gap : y;
  }, top);
}

interface Legend {
  title: Text;
  rows: Row[];
  height: number;
  /** Puts it where its top left corner is to be. */
  move(x: number, y: number): void;
}

/** The legend in one column beside the map, or in several below it, in the largest type that has room. */
function layLegend({ legendTitle, entries }: Content, room: Box, wide: boolean, text: ReturnType<typeof blocks>): Legend {
  const columns = wide ? 1 : Math.max(1, Math.floor((room.width + GAP) / (COLUMN + GAP)));
  const column = (room.width + GAP) / columns - GAP;
  const width = (wide ? COLUMN : column) - SWATCH;
  const most = wide ? room.height : room.height * 0.4;
  const laid = LEGEND_SIZES.map((size) => {
    const title = text('legend', legendTitle, 0, 0, wide ? COLUMN : room.width, size + 1, true);
    title.y = baseOf(title);
    const rows = entries.map((e): Row => ({ x: 0, y: 0, swatch: e.swatch, text: text('legend', e.text, 0, 0, width, size) }));
    return { title, rows, height: heightOf(title) + 4 + flow(rows, columns, column + GAP, heightOf(title) + 4) };
  });
  const legend = laid.find((l) => l.height <= most) ?? laid.at(-1)!;
  return {
    ...legend,
    move(x, y) {
      for (const part of [legend.title, ...legend.rows, ...legend.rows.map((r) => r.text)]) {
        part.x += x;
        part.y += y;
      }
    },
  };
}

/** Fills columns with rows from the top on, all as short as can be; returns the height. */
function flow(rows: readonly Row[], columns: number, step: number, top: number): number {
  const heights = rows.map((row) => heightOf(row.text) + 4);
  let most = Math.max(0, heights.reduce((a, b) => a + b, 0) / columns, ...heights);
  while (columnsFor(heights, most) > columns) most += 4;
  let [at, y] = [0, 0];
  rows.forEach((row, i) => {
    if (y > 0 && y + heights[i]! > most + 0.01) [at, y] = [at + 1, 0];
    row.x = at * step;
    row.y = top + y;
    row.text.x = row.x + SWATCH;
    row.text.y = row.y + baseOf(row.text);
    y += heights[i]!;
  });
  return most;
}

function columnsFor(heights: readonly number[], most: number): number {
  let [columns, y] = [1, 0];
  for (const height of heights) {
    if (y > 0 && y + height > most + 0.01) [columns, y] = [columns + 1, 0];
    y += height;
  }
  return columns;
}
