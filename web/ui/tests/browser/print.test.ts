import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Coverage, Zones } from '../../src/api/types';
import { CLASS_COLORS, PALETTES } from '../../src/map/colors';
import { findChromium, keep, OUT } from './chromium';
import { onScreen, worldWidth } from './mercator';
import { readPdf } from './pdf';
import type { Server } from './server';
import { asked, dress, expectAccessible, questionOf, startVisit, type Visit } from './visit';

const executable = findChromium();
const SIZE = { width: 1440, height: 900 };
// Drawing a map at 300 dpi in software takes a busy machine minutes.
vi.setConfig({ testTimeout: 400_000 });

interface Geometry {
  map: { x: number; y: number; width: number; height: number };
  shown: { center: [number, number]; zoom: number };
  bar: { x: number; y: number; pixels: number; meters: number };
  ratio: number;
}

/** A decoded picture. */
interface Picture {
  width: number;
  height: number;
  pixels: Buffer;
}

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('print and export', () => {
  let visit: Visit;
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE);
    ({ server, browser, page } = visit);
    page.setDefaultTimeout(90_000);
  });
  afterAll(() => visit?.end());

  const covered = () => asked<Coverage>(server, 'coverage', { ...questionOf(page), kind: 'pocket_park', f: 'json' });
  const dialog = () => page.getByTestId('print-dialog');
  const choose = (value: string) => dialog().locator(`input[value="${value}"]`).check();
  /** The smallest there is: software draws it soon. */
  const choosePicture = async () => {
    await choose('picture');
    await choose('1');
  };
  const drawn = () => page.locator('[data-testid=print-png]:not([disabled])').waitFor({ timeout: 300_000 });
  const geometry = async (): Promise<Geometry> => JSON.parse((await dialog().locator('svg[data-geometry]').getAttribute('data-geometry'))!);

  async function open(query: string) {
    await page.goto(`${server.url}/${query}`);
    await page.getByTestId('answer').waitFor();
    await page.locator('[data-testid=map] canvas').waitFor();
    await page.getByTestId('print').click();
    await dialog().waitFor();
  }

  async function download(name: string): Promise<{ png: Buffer; picture: Picture; file: string }> {
    const [saved] = await Promise.all([page.waitForEvent('download') as Promise<Download>, page.getByTestId('print-png').click()]);
    mkdirSync(OUT, { recursive: true });
    const path = join(OUT, `${name}.png`);
    await saved.saveAs(path);
    const png = readFileSync(path);
    return { png, picture: await decode(png), file: saved.suggestedFilename() };
  }

  async function decode(png: Buffer): Promise<Picture> {
    const lab = await browser.newPage();
    try {
      const { width, height, data } = await lab.evaluate(async (base64) => {
        const image = new Image();
        image.src = `data:image/png;base64,${base64}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext('2d')!;
        context.drawImage(image, 0, 0);
        const bytes = context.getImageData(0, 0, image.width, image.height).data;
        let text = '';
        for (let i = 0; i < bytes.length; i += 32_768) text += String.fromCharCode(...bytes.subarray(i, i + 32_768));
        return { width: image.width, height: image.height, data: btoa(text) };
      }, png.toString('base64'));
      return { width, height, pixels: Buffer.from(data, 'base64') };
    } finally {
      await lab.close();
    }
  }

  const at = ({ width, pixels }: Picture, x: number, y: number) => [...pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];

  test('opens from the map by keyboard; while it is open the page’s keys are still, and Escape closes it alone', async () => {
    await page.goto(`${server.url}/?kind=pocket_park&tab=coverage`);
    await page.getByTestId('answer').waitFor();
    const zone = (await covered()).rows[0]!.id;
    await page.goto(`${server.url}/?kind=pocket_park&tab=coverage&zone=${zone}`);
    await page.getByTestId('details').waitFor();
    await page.getByTestId('print-map').focus();
    await page.keyboard.press('Enter');
    await dialog().waitFor();
    expect(await dialog().evaluate((d) => d.contains(document.activeElement))).toBe(true);
    await dialog().locator('input[value=a4-landscape]').focus();
    await page.keyboard.press('2');
    expect(new URL(page.url()).searchParams.get('tab')).toBe('coverage');
    await page.keyboard.press('ArrowDown');
    expect(await dialog().locator('input[value=a4-portrait]').isChecked()).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog().count()).toBe(0);
    expect(new URL(page.url()).searchParams.get('zone')).toBe(zone);
  });

  test('the picture has the size it says, and each zone stands where it lies, in the color of its class', async () => {
    await open('?kind=pocket_park&tab=coverage');
    expect(await dialog().locator('input[value=all]').isChecked(), 'all is shown, so all is meant').toBe(true);
    await choosePicture();
    await drawn();
    expect(await page.getByTestId('print-status').innerText()).toBe('1,280 × 720 像素,96 dpi');
    await keep(page, 'zh-light-print');
    const { picture, file, png } = await download('print-picture');
    expect(file).toMatch(/^dongxing-sample-pocket_park-\d{4}-\d\d-\d\d\.png$/);
    expect([picture.width, picture.height]).toEqual([1280, 720]);
    expect(png.toString('latin1', 37, 41)).toBe('pHYs');

    const { map, shown } = await geometry();
    const { rows } = await covered();
    const rates = new Map(rows.map((r) => [r.id, r.coverage_rate]));
    const response = await fetch(`${server.url}/api/v1/studies/dongxing-sample/layers/boundaries?level=community`);
    const zones = (await response.json()) as Zones;
    // A class's color as it lies on the land, painted three quarters strong.
    const rgb = (hex: string) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    const land = rgb(PALETTES.light.land);
    const classes = CLASS_COLORS.map((c) => rgb(c).map((v, i) => 0.74 * v + 0.26 * land[i]!));
    const project = onScreen({ ...shown, box: map });
    let looked = 0;
    for (const { geometry: shape, properties } of zones.features) {
      const rate = rates.get(properties.id);
      if (rate == null || (shape.type !== 'Polygon' && shape.type !== 'MultiPolygon')) continue;
      const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;
      const rings = polygons.flat().map((ring) => ring.map((c) => project(c)));
      const crossed = (ring: number[][], x: number, y: number) => ring.filter(([x1, y1], i) => {
        const [x2, y2] = ring[(i + 1) % ring.length]!;
        return y1! > y !== y2! > y && x < x1! + ((y - y1!) / (y2! - y1!)) * (x2! - x1!);
      }).length;
      const inside = (x: number, y: number) => rings.reduce((n, ring) => n + crossed(ring, x, y), 0) % 2 === 1;
      const ring = rings.flat();
      const votes = CLASS_COLORS.map(() => 0);
      const [xs, ys] = [ring.map((p) => p[0]!), ring.map((p) => p[1]!)];
      for (let y = Math.ceil(Math.min(...ys)); y < Math.max(...ys); y++) {
        for (let x = Math.ceil(Math.min(...xs)); x < Math.max(...xs); x++) {
          if (!inside(x + 0.5, y + 0.5)) continue;
          const pixel = at(picture, x, y);
          const far = classes.map((c) => Math.hypot(...c.map((v, i) => v - pixel[i]!)));
          const nearest = far.indexOf(Math.min(...far));
          // Roads, names and water are of no class.
          if (far[nearest]! < 24) votes[nearest]!++;
        }
      }
      const all = votes.reduce((a, b) => a + b, 0);
      if (all < 150) continue;
      looked++;
      const own = Math.min(4, Math.floor(rate * 5));
      expect(votes[own]! / all, `${properties.name} ${rate} ${votes}`).toBeGreaterThan(0.8);
    }
    expect(looked).toBeGreaterThan(20);
  });

  test('the scale bar is as long on the picture as the ground it stands for', async () => {
    const { picture } = await download('print-bar');
    const { shown, bar, ratio } = await geometry();
    // The bar's first half is black, its second white: the row through it tells where each ends.
    const y = Math.round((bar.y - 1) * ratio);
    const dark = (x: number) => at(picture, x, y)[0]! < 90;
    let x = Math.round(bar.x * ratio) + 3;
    expect(dark(x), 'the bar begins').toBe(true);
    let first = x;
    while (dark(first - 1)) first--;
    while (dark(x)) x++;
    const half = x - first;
    // Meters of a degree of longitude on the ellipsoid, by the usual series.
    const lat = (shown.center[1] * Math.PI) / 180;
    const degree = 111_412.84 * Math.cos(lat) - 93.5 * Math.cos(3 * lat) + 0.118 * Math.cos(5 * lat);
    const meters = ((2 * half) / ratio) * (360 / worldWidth(shown.zoom)) * degree;
    // Half the bar is read to a pixel or so of a hundred.
    expect(Math.abs(meters / bar.meters - 1), `${meters} of ${bar.meters}`).toBeLessThan(0.03);
    const exact = bar.pixels * (360 / worldWidth(shown.zoom)) * degree;
    expect(Math.abs(exact / bar.meters - 1)).toBeLessThan(1e-5);
    expect(await dialog().locator('[data-role=scale]').textContent()).toContain(bar.meters >= 1000 ? `${bar.meters / 1000} 千米` : `${bar.meters} 米`);
  });

  test('the title is what is written, and stands in the picture', async () => {
    const { picture: before } = await download('print-title-before');
    const { map } = await geometry();
    await page.getByTestId('print-name').fill('会议材料');
    const { picture: after, png } = await download('print-title-after');
    expect(png.toString()).toContain('会议材料');
    const rows = new Set<number>();
    for (let i = 0; i < after.pixels.length; i += 4) {
      if (before.pixels.readUInt32LE(i) !== after.pixels.readUInt32LE(i)) rows.add(Math.floor(i / 4 / after.width));
    }
    expect(rows.size).toBeGreaterThan(15);
    expect(Math.max(...rows)).toBeLessThan(map.y);
  });

  test('says on the sheet where its figures come from', async () => {
    const said = (await dialog().locator('svg[data-geometry]').textContent())!.replaceAll(/\s+/g, '');
    const study = (await (await fetch(`${server.url}/api/v1/studies/dongxing-sample`)).json()) as { snapshot: string; attribution: string[] };
    const { totals } = await covered();
    for (const part of [
      study.snapshot, study.snapshot.slice(0, 8), '计算引擎', '示例数据(虚构)', '北', '口袋公园', ...study.attribution.map((a) => a.replaceAll(/\s+/g, '')),
      totals.uncovered.toLocaleString('en-US'), `${new Date().getFullYear()}-`, '全体居民步行15分钟能到口袋公园吗?',
    ]) expect(said).toContain(part);
    await page.keyboard.press('Escape');
  });

  test('prints on A4 upright: one page, nothing cut, the map sharp', async () => {
    await open('?kind=pocket_park&tab=coverage&lang=zh');
    await choose('a4-portrait');
    await page.getByTestId('print-table').uncheck();
    await drawn();
    const { pages, sizes, pictures, characters } = readPdf(await page.pdf({ preferCSSPageSize: true }));
    expect(pages).toBe(1);
    for (const size of sizes) expect(size.map(Math.round)).toEqual([595, 842]);
    const { map } = await geometry();
    // 300 dots per inch: the picture in the file is the map at that fineness, not that of the screen.
    expect(Math.max(...pictures)).toBeGreaterThanOrEqual(Math.floor((map.width * 300) / 96) - 1);
    expect([...'步行分钟能到口袋公园数据快照'].filter((c) => !characters.has(c)), 'characters that are not text').toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('prints in English on A4 across, the table after the sheet with its headings on each page', async () => {
    const title = 'Who reaches a pocket park';
    await open('?kind=pocket_park&tab=coverage&lang=en');
    await page.getByTestId('print-name').fill(title);
    await drawn();
    const { pages, sizes, characters } = readPdf(await page.pdf({ preferCSSPageSize: true }));
    expect(pages).toBeGreaterThanOrEqual(2);
    expect(pages).toBeLessThanOrEqual(4);
    for (const size of sizes) expect(size.map(Math.round)).toEqual([842, 595]);
    expect([...title].filter((c) => c !== ' ' && !characters.has(c)), 'characters that are not text').toEqual([]);

    await page.emulateMedia({ media: 'print' });
    const { rows } = await covered();
    const table = page.locator('.print-table tbody tr');
    expect(await table.count()).toBe(rows.length);
    const worst = rows.reduce((a, b) => (b.uncovered > a.uncovered ? b : a));
    expect(await table.first().innerText()).toContain(worst.uncovered.toLocaleString('en-US'));
    expect(await page.locator('.print-table thead').evaluate((e) => getComputedStyle(e).display)).toBe('table-header-group');
    expect(await page.locator('.app').isVisible(), 'the page itself is not printed').toBe(false);
    await page.emulateMedia({ media: null });
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.print-pages').count()).toBe(0);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.app').isVisible(), 'without the dialog the page prints as it is').toBe(true);
    await page.emulateMedia({ media: null });
  });

  test('in the dark the sheet is light all the same; what lies over the zones is on it and explained', async () => {
    await page.goto(`${server.url}/?kind=school&tab=gaps&lang=zh`);
    await page.getByTestId('answer').waitFor();
    await dress(page, 'zh', 'dark');
    await page.locator('.areas .area').first().waitFor();
    await page.getByTestId('print').click();
    await choosePicture();
    await drawn();
    const { picture } = await download('print-dark-gaps');
    const { map, ratio } = await geometry();
    const corner = at(picture, Math.round((map.x + map.width / 2) * ratio), Math.round((map.y + 4) * ratio));
    expect(Math.min(...corner)).toBeGreaterThan(150);
    let warm = 0;
    for (let i = 0; i < picture.pixels.length; i += 4) {
      const [r, g, b] = picture.pixels.subarray(i, i + 3);
      if (r! > 190 && g! < 140 && b! < 90) warm++;
    }
    expect(warm, 'pixels of the hatch').toBeGreaterThan(500);
    expect(await dialog().locator('[data-role=entry]').allTextContents()).toContain('到不了的片区,标的是人数');
    await keep(page, 'zh-dark-print');
    await page.keyboard.press('Escape');
  });

  test.each([['zh', 'light'], ['zh', 'dark'], ['en', 'light'], ['en', 'dark']])('no fault that axe finds, %s %s', async (language, theme) => {
    await page.goto(`${server.url}/?kind=pocket_park&tab=coverage&lang=${language}`);
    await page.getByTestId('answer').waitFor();
    await dress(page, language, theme);
    await page.getByTestId('print').click();
    await choosePicture();
    await expectAccessible(page, `print, ${language} ${theme}`);
    if (language === 'en') await keep(page, `en-${theme}-print`);
    await page.keyboard.press('Escape');
  });

  test('on a tablet all of it can be reached', async () => {
    await page.setViewportSize({ width: 820, height: 1180 });
    await open('?kind=pocket_park&tab=coverage&lang=zh');
    await choosePicture();
    await drawn();
    await keep(page, 'zh-tablet-print');
    expect(await dialog().evaluate((d) => d.scrollWidth <= d.clientWidth)).toBe(true);
    await page.getByTestId('print-print').scrollIntoViewIfNeeded();
    await page.keyboard.press('Escape');
  });

  test('asked no other host and left no error in the console', () => {
    expect(visit.strangers).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });
});
