import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Catchments, Place } from '../../src/api/types';
import { compare, findChromium, keep, settledMap } from './chromium';
import { onScreen } from './mercator';
import type { Server } from './server';
import { asked, dress, expectAccessible, questionOf, startVisit, type Visit } from './visit';

const executable = findChromium();
const SIZE = { width: 1440, height: 900 };
/** How long one step may take on a busy machine, where the map is drawn in software. */
const PATIENCE = 90_000;
vi.setConfig({ testTimeout: 4 * PATIENCE });

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('the details of a place', () => {
  let visit: Visit;
  let server: Server;
  let browser: Browser;
  let page: Page;
  let grid: string;

  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE);
    ({ server, browser, page } = visit);
    page.setDefaultTimeout(PATIENCE);
    // The grid that most people live in who reach no pocket park.
    const { rows } = await asked<{ rows: { id: string; uncovered: number }[] }>(server, 'coverage', { kind: 'pocket_park', level: 'grid', f: 'json' });
    grid = rows.reduce((a, b) => (b.uncovered > a.uncovered ? b : a)).id;
  });
  afterAll(() => visit?.end());

  const count = (n: number) => Math.round(n).toLocaleString('en-US');
  const details = () => page.getByTestId('details');
  const needs = () => page.getByTestId('needs').locator('tbody tr');
  const param = (name: string) => new URL(page.url()).searchParams.get(name);
  const place = (of: Record<string, string>) => asked<Place>(server, 'place', { ...questionOf(page), kind: 'pocket_park', rule: 'both', f: 'json', ...of });

  async function visitGrid(more = '') {
    await page.goto(`${server.url}/?kind=pocket_park&level=grid&profile=walk&cohort=people&min=15&zone=${grid}${more}`);
    await page.getByTestId('needs').waitFor({ timeout: PATIENCE });
  }

  /** The figures of a row as they should stand in the table. */
  const cells = (r: Place['rows'][number]) => [
    r.reach_s === null ? '–' : (r.reach_s / 60).toFixed(1),
    r.reach_m === null ? '–' : count(r.reach_m),
    ...[r.within_time, r.within_distance].map((w) => (w === null ? '–' : w ? '✓' : '✗')),
  ];

  test('tell who lives there, and each need with the figures of the server', async () => {
    await visitGrid();
    const a = await place({ zone: grid });
    expect(a.summary.demand).toBeGreaterThan(0);
    const people = await page.getByTestId('cohorts').innerText();
    for (const cohort of ['people', 'elderly', 'children']) expect(people).toContain(`${count(a.summary.cohorts[cohort]!)} 人`);

    expect(await needs().count()).toBe(a.rows.length);
    for (const [i, row] of a.rows.entries()) {
      const texts = await needs().nth(i).locator('td').allInnerTexts();
      expect(texts.map((text) => text.trim().split('\n')[0])).toEqual(cells(row));
      expect(await needs().nth(i).locator('th').innerText()).toContain(row.name.zh);
      if (row.nearest_name) expect(await needs().nth(i).locator('th').innerText()).toContain(row.nearest_name);
    }
    const lacking = await page.getByTestId('lacking').innerText();
    for (const row of a.rows.filter((r) => r.uncovered > 0)) expect(lacking).toContain(`${count(row.uncovered)} 人到不了`);
    await keep(page, 'zh-light-details-grid');
  });

  test('draw the way to the nearest; another need draws another, and is in the address', async () => {
    // The whole way comes into view, beside the panel.
    await page.getByRole('button', { name: '在地图上看' }).click();
    const before = await settledMap(page);
    const path = (await place({ zone: grid })).rows[0]!.path as [number, number][];
    const [lon, lat, zoom] = param('at')!.split(',').map(Number) as [number, number, number];
    const map = (await page.getByTestId('map').boundingBox())!;
    const panel = (await details().boundingBox())!;
    const screen = onScreen({ center: [lon, lat], zoom, box: map });
    for (const at of path) {
      const [left, top] = screen(at);
      expect([left > map.x, left < panel.x, top > map.y, top < map.y + map.height], `${at} is seen`).toEqual([true, true, true, true]);
    }
    await needs().nth(5).locator('button').click();
    await expect.poll(() => param('need')).not.toBeNull();
    const { rows } = await place({ zone: grid });
    expect(param('need')).toBe(rows[5]!.need);
    expect(await page.getByTestId('need').innerText()).toContain(rows[5]!.name.zh);
    await needs().nth(5).locator('button').blur();
    const { changed } = await compare(browser, before, await settledMap(page));
    expect(changed, 'share of the map that another way changes').toBeGreaterThan(0.0005);
    await keep(page, 'zh-light-details-way');
    await page.goBack();
    await expect.poll(() => param('need')).toBeNull();
  });

  test('start from a place that is clicked, which is in the address', async () => {
    await page.getByRole('button', { name: '换个起点' }).click();
    await page.getByTestId('tool').waitFor();
    const box = (await page.getByTestId('map').boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.4, box.y + box.height * 0.45);
    await expect.poll(() => param('from')).toMatch(/^105\.\d+,29\.\d+$/);
    await page.getByTestId('tool').waitFor({ state: 'detached' });
    await page.getByText('从您在地图上点的位置算起').waitFor();
    const a = await place({ at: param('from')! });
    await expect.poll(async () => (await needs().first().locator('td').allInnerTexts()).map((x) => x.trim().split('\n')[0])).toEqual(cells(a.rows[0]!));
    await page.getByRole('button', { name: '回到人最多处' }).click();
    await expect.poll(() => param('from')).toBeNull();
  });

  test('of a facility tell whom it serves, how full it is, and draw its rings', async () => {
    const catchments = await asked<Catchments>(server, 'catchments', { kind: 'nursery', f: 'json' });
    const row = catchments.rows.find((r) => r.load !== null && r.demand > 0)!;
    await page.goto(`${server.url}/?kind=nursery&level=community&profile=walk&cohort=people&min=15&facility=nursery/${row.id}&at=${row.at.join(',')},13.2`);
    await page.getByTestId('catchment').waitFor({ timeout: PATIENCE });
    const text = await page.getByTestId('catchment').innerText();
    expect(text).toContain(`${count(row.demand)} 人`);
    expect(text).toContain(`${count(row.within)} 人`);
    expect(text).toContain('负荷');

    const before = await settledMap(page);
    await details().getByTestId('rings').click();
    const legend = page.getByTestId('rings-legend');
    await legend.locator('li').first().waitFor({ timeout: PATIENCE });
    expect(await legend.locator('li').count()).toBe(3);
    expect(param('rings')).toBe('site');
    for (const minutes of [5, 10, 15]) expect(await legend.innerText()).toContain(`${minutes} 分钟`);
    const ground = await settledMap(page);
    expect((await compare(browser, before, ground)).changed, 'share of the map that rings change').toBeGreaterThan(0.02);
    await keep(page, 'zh-light-rings');

    await legend.getByRole('checkbox').click();
    await expect.poll(() => param('streets')).toBe('on');
    await expect.poll(() => legend.innerText(), { timeout: 20_000 }).toContain('千米路');
    expect((await compare(browser, ground, await settledMap(page))).changed, 'share that streets change').toBeGreaterThan(0.01);
    await keep(page, 'zh-light-streets');

    // The rings go with the panel that they are about.
    await page.keyboard.press('Escape');
    await legend.waitFor({ state: 'detached' });
  });

  test('rings of a whole kind are drawn from the coverage tab, and stand in a link', async () => {
    await page.locator('.side').getByTestId('rings').click();
    await page.getByTestId('rings-legend').locator('li').first().waitFor({ timeout: PATIENCE });
    expect(param('rings')).toBe('kind');
    const link = page.url();
    await page.getByRole('button', { name: '去掉服务范围' }).click();
    await page.getByTestId('rings-legend').waitFor({ state: 'detached' });
    await page.goto(link);
    await page.getByTestId('rings-legend').locator('li').first().waitFor({ timeout: PATIENCE });
    await settledMap(page);
    await keep(page, 'zh-light-rings-kind');
  });

  test.each([['zh', 'light'], ['en', 'light'], ['zh', 'dark'], ['en', 'dark']])('are accessible, %s, %s', async (language, theme) => {
    await visitGrid('&rings=kind');
    await dress(page, language, theme);
    await page.getByTestId('rings-legend').locator('li').first().waitFor({ timeout: PATIENCE });
    await expectAccessible(page, `details, ${language}, ${theme}`);
    await settledMap(page);
    await keep(page, `${language}-${theme}-details-rings`);
    await page.getByTestId('lacking').scrollIntoViewIfNeeded();
    await keep(page, `${language}-${theme}-details-lacking`);
  });

  test('can be used by keyboard alone', async () => {
    await visitGrid();
    await dress(page, 'zh', 'light');
    await needs().nth(2).locator('button').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => param('need')).not.toBeNull();
    expect(await needs().nth(2).locator('button').getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Escape');
    await details().waitFor({ state: 'detached' });
    expect(param('need')).toBeNull();
  });

  test('fit a tablet', async () => {
    await page.setViewportSize({ width: 820, height: 1180 });
    await visitGrid();
    const [panel, screen] = [(await details().boundingBox())!, page.viewportSize()!];
    expect(panel.x).toBeGreaterThanOrEqual(0);
    expect(panel.x + panel.width).toBeLessThanOrEqual(screen.width);
    await expectAccessible(page, 'details, tablet');
    await keep(page, 'zh-light-details-tablet');
    await page.setViewportSize(SIZE);
  });

  test('nothing went wrong in the console, and nothing was asked of others', () => {
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});
