import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Facilities } from '../../src/api/types';
import { findChromium, keep, settledMap } from './chromium';
import type { Server } from './server';
import { asked, dress, expectAccessible, startVisit, type Visit } from './visit';

const executable = findChromium();
if (!executable) console.log('skip: no Chromium found; install one or name it in CHROMIUM');

/** The middle of the map at the start, and how close. */
const START = { lon: 105.07, lat: 29.59, zoom: 15 };

describe.skipIf(!executable)('the tools of the map', () => {
  let visit: Visit;
  let server: Server;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(executable!, { width: 1440, height: 900 });
    ({ server, page } = visit);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(() => visit?.end());

  const address = (query: string) => `${server.url}/?study=dongxing-sample&kind=school&${query}`;
  const at = (zoom: number) => `at=${START.lon},${START.lat},${zoom}`;
  const open = async (query: string) => {
    await page.goto(address(query));
    await page.getByTestId('answer').waitFor({ timeout: 45_000 });
    await settledMap(page);
  };
  /** A pixel of the map, from its middle. */
  const pixel = async (dx: number, dy: number) => {
    const box = (await page.getByTestId('map').boundingBox())!;
    return [box.x + box.width / 2 + dx, box.y + box.height / 2 + dy] as const;
  };
  const click = async (dx: number, dy: number) => page.mouse.click(...(await pixel(dx, dy)));
  const measured = () => page.getByTestId('measured').innerText();

  // Of a web map at zoom z one pixel is 2 pi a cos(lat) / (512 * 2^z) meters on
  // the sphere of its projection. On the ellipsoid a step east is longer by
  // 1 / sqrt(1 - e2 sin2(lat)) and one north by (1 - e2) / (1 - e2 sin2(lat))^1.5.
  const lat = (START.lat * Math.PI) / 180;
  const e2 = 0.00669437999014;
  const w = 1 - e2 * Math.sin(lat) ** 2;
  const perPixel = (2 * Math.PI * 6378137 * Math.cos(lat)) / (512 * 2 ** START.zoom);
  const east = perPixel / Math.sqrt(w);
  const north = (perPixel * (1 - e2)) / w ** 1.5;

  test('measure a distance by clicks, and the area when they close', async () => {
    await open(at(START.zoom));
    await page.getByTestId('tool-measure').click();
    await page.getByTestId('tool').waitFor();
    await click(-100, 80);
    await click(100, 80);
    const meters = (text: string) => Number(/距离\s*([\d,.]+) 米/.exec(text)?.[1]?.replaceAll(',', '') ?? NaN);
    await expect.poll(async () => meters(await measured())).toBeGreaterThan(0);
    expect(Math.abs(meters(await measured()) - 200 * east) / (200 * east), '200 pixels east').toBeLessThan(0.003);
    await click(100, -70);
    await keep(page, 'tools-measure-zh');
    await click(-100, 80);
    await expect.poll(measured).toContain('面积');
    const hectares = Number(/([\d,.]+) 公顷/.exec(await measured())?.[1]?.replaceAll(',', ''));
    const want = (200 * east * 150 * north) / 2 / 1e4;
    expect(Math.abs(hectares - want) / want, 'half of 200 by 150 pixels').toBeLessThan(0.003);
    await page.getByTestId('tool-panel').getByRole('button', { name: '复制' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('公顷');
    await keep(page, 'tools-area-zh');
    await expectAccessible(page, 'measured area');
  });

  test('a point is taken back, Esc lays the tool down, and clicks are the map’s again', async () => {
    await page.keyboard.press('Backspace');
    await expect.poll(measured).toContain('距离');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByTestId('tool').count()).toBe(0);
    const told = await measured();
    await click(0, 0);
    expect(await measured(), 'a click measures no more').toBe(told);
    await page.getByTestId('tool-measure').click();
    await expect.poll(() => page.getByTestId('tool-panel').count()).toBe(0);
  });

  test('by keyboard alone: the place under the cross, in all coordinate systems', async () => {
    await open(at(START.zoom));
    await page.getByTestId('tool-coordinates').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('tool').waitFor();
    // The canvas stands before the buttons of the tools.
    for (let i = 0; i < 8 && !(await page.evaluate(() => document.activeElement instanceof HTMLCanvasElement)); i++) {
      await page.keyboard.press('Shift+Tab');
    }
    await expect.poll(() => page.locator('.cross').isVisible(), { message: 'the cross shows where' }).toBe(true);
    await page.keyboard.press('Enter');
    const row = (crs: string) => page.locator(`[data-crs="${crs}"] code`).innerText();
    await page.getByTestId('positions').waitFor();
    const numbers = async (crs: string) => (await row(crs)).split(', ').map(Number) as [number, number];
    const [lon, lat] = await numbers('EPSG:4326');
    expect(lon).toBeCloseTo(START.lon, 5);
    expect(lat).toBeCloseTo(START.lat, 5);
    // PROJ 9.1, cs2cs EPSG:4326 EPSG:4544, of 105.07 29.59; a pixel is some 2 m here.
    const [easting, northing] = await numbers('EPSG:4544');
    expect(Math.abs(easting - 506781.631)).toBeLessThan(3);
    expect(Math.abs(northing - 3274667.355)).toBeLessThan(3);
    expect((await numbers('EPSG:4523'))[0]).toBeCloseTo(easting + 35_000_000, 2);
    const [gcj] = await numbers('GCJ-02');
    expect(gcj - lon, 'the shift of some hundred meters').toBeGreaterThan(0.001);
    await page.locator('[data-crs="EPSG:4544"] button').click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await row('EPSG:4544'));
    await keep(page, 'tools-coordinates-zh');
    await expectAccessible(page, 'coordinates');
  });

  test('layers are switched off and on; the address keeps it and back undoes it', async () => {
    await open(at(START.zoom));
    const before = await settledMap(page);
    await page.getByTestId('tool-layers').click();
    await page.getByTestId('tool-panel').getByLabel('道路').uncheck();
    await expect.poll(() => new URL(page.url()).searchParams.get('hide')).toBe('roads');
    const without = await settledMap(page);
    expect(without.equals(before), 'the roads are gone').toBe(false);
    expect(await page.getByTestId('outside').count(), 'no base map of others unless the server names one').toBe(0);
    await keep(page, 'tools-layers-zh');
    await page.getByTestId('tool-panel').getByLabel('其他类别的设施').uncheck();
    expect(await page.getByTestId('tool-panel').getByLabel('教育').isDisabled()).toBe(true);
    await page.goBack();
    await page.goBack();
    await expect.poll(() => new URL(page.url()).searchParams.get('hide')).toBeNull();
    expect(await page.getByTestId('tool-panel').getByLabel('道路').isChecked()).toBe(true);
    await page.keyboard.press('Escape');
  });

  test('from afar facilities are signs whose numbers add up to all of the kind', async () => {
    const all = await asked<Facilities>(server, 'layers/facilities', {});
    const schools = all.features.filter((f) => f.properties.kind === 'school').map((f) => f.geometry.coordinates as [number, number]);
    expect(schools.length).toBeGreaterThan(3);
    const mean = (axis: 0 | 1) => schools.reduce((sum, c) => sum + c[axis], 0) / schools.length;
    // At zoom 7 the whole district is 20 pixels wide: its schools are one sign, at their mean.
    await open(`at=${mean(0).toFixed(5)},${mean(1).toFixed(5)},7`);
    await page.mouse.move(...(await pixel(3, 3)));
    await page.mouse.move(...(await pixel(0, 0)));
    await expect.poll(() => page.locator('.tip').innerText()).toContain(`${schools.length} 处设施`);
    await click(0, 0);
    await expect.poll(() => Number(new URL(page.url()).searchParams.get('at')!.split(',')[2]), { message: 'a click comes closer' }).toBeGreaterThan(7.9);
    await open('');
    await keep(page, 'tools-clusters-zh');
  });

  test.each([
    ['en', 'light'],
    ['en', 'dark'],
    ['zh', 'dark'],
  ])('reads well in %s, %s', async (language, theme) => {
    await dress(page, language, theme);
    for (const tool of ['measure', 'coordinates', 'layers']) {
      await page.getByTestId(`tool-${tool}`).click();
      await page.getByTestId('tool-panel').waitFor();
      await expectAccessible(page, `${tool}, ${language}, ${theme}`);
      await keep(page, `tools-${tool}-${language}-${theme}`);
    }
    await page.getByTestId('tool-layers').click();
  });

  test('nothing was complained of, and nobody else was asked', () => {
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});
