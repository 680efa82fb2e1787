import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GapAreaSummary } from '../../src/api/types';
import { compare, findChromium, keep, settledMap } from './chromium';
import type { Server } from './server';
import { asked, dress, expectAccessible, questionOf, startVisit, type Visit } from './visit';

const executable = findChromium();
const SIZE = { width: 1440, height: 900 };

interface Answer {
  summary: GapAreaSummary;
  rows: { id: string; demand: number; area_m2: number; nearest_s: number; nearest_m: number; cohorts: Record<string, number>; community: string; path: [number, number][] }[];
}

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('gap areas', () => {
  let visit: Visit;
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE);
    ({ server, browser, page } = visit);
  });
  afterAll(() => visit?.end());

  const count = (n: number) => Math.round(n).toLocaleString('en-US');
  const items = () => page.locator('.areas .area');
  const sentence = () => page.getByTestId('gap-areas').innerText();
  const ask = (radius: number) => asked<Answer>(server, 'gap-areas', { ...questionOf(page), kind: 'school', radius_m: radius });

  test('stand first in the gaps, in a sentence, by cause and ranked', async () => {
    await page.goto(`${server.url}/?kind=school&tab=coverage`);
    await page.getByTestId('answer').waitFor({ timeout: 45_000 });
    const before = await settledMap(page);
    await page.keyboard.press('2');
    await items().first().waitFor({ timeout: 20_000 });

    const { summary, rows } = await ask(120);
    const text = await sentence();
    for (const part of [`${count(summary.uncovered)} 人`, `${summary.areas} 片`, `${count(summary.largest)} 人`]) expect(text).toContain(part);
    // The parts by cause are all of the whole.
    const causes = await page.getByTestId('causes').locator('.figure').allInnerTexts();
    const told = summary.by_cause.map((c) => c.demand).filter((n) => n > 0).sort((a, b) => b - a);
    expect(causes).toEqual(told.map((n) => `${count(n)} 人`));
    expect(told.reduce((a, b) => a + b)).toBe(summary.uncovered);

    const people = await items().locator('b').allInnerTexts();
    expect(people).toEqual(rows.slice(0, people.length).map((r) => `${count(r.demand)} 人`));
    const first = await items().first().innerText();
    for (const part of [`儿童 ${count(rows[0]!.cohorts.children!)} 人`, `老年人 ${count(rows[0]!.cohorts.elderly!)} 人`, '公顷', '主要原因:']) {
      expect(first).toContain(part);
    }
    expect(first).toContain(`${(rows[0]!.nearest_s / 60).toFixed(1)} 分钟、${count(rows[0]!.nearest_m)} 米`);
    const { changed } = await compare(browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.02);
    expect(await page.getByTestId('legend').innerText()).toContain('到不了的片区');
    await keep(page, 'zh-light-gap-areas');
  });

  test('one that is chosen is selected, zoomed to, and shows its way; Escape ends it', async () => {
    const before = await settledMap(page);
    const { rows } = await ask(120);
    await items().nth(1).locator('.main').click();
    await expect.poll(() => new URL(page.url()).searchParams.get('area')).toBe(rows[1]!.id);
    await items().nth(1).getByText('路是直线的').waitFor();
    const { changed } = await compare(browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.1);
    await keep(page, 'zh-light-gap-area-way');
    // The map shows the start of the way: a click there is a click on this area.
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.areas .selected').count()).toBe(0);
  });

  test('a click on the map selects the area that lies there, and hovering marks it in the list', async () => {
    const { rows } = await ask(120);
    const [lon, lat] = rows[0]!.path[0]!;
    await page.goto(`${server.url}/?kind=school&tab=gaps&at=${lon},${lat},15.5`);
    await items().first().waitFor({ timeout: 45_000 });
    await settledMap(page);
    // The middle of the map is a home of the area; next to it, where no symbol lies, as well.
    const box = (await page.getByTestId('map').boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x + 3, y + 3);
    await expect.poll(() => page.locator('.areas .hovered').getAttribute('data-id')).toBe(rows[0]!.id);
    await page.mouse.click(x + 3, y + 3);
    await expect.poll(() => page.locator('.areas .selected').getAttribute('data-id')).toBe(rows[0]!.id);
    await page.mouse.move(5, 5);
    // And the other way round: a row that is hovered is marked on the map.
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '看全区' }).click();
    const before = await settledMap(page);
    await items().first().hover();
    const { changed } = await compare(browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.001);
  });

  test('its community is a link to the details', async () => {
    const { rows } = await ask(120);
    await items().first().locator('.below button').last().click();
    await page.getByTestId('details').waitFor();
    expect(new URL(page.url()).searchParams.get('zone')).toBe(rows[0]!.community);
    await page.keyboard.press('Escape');
  });

  test('where one holds most of the gap, a finer drawing is offered and parts it', async () => {
    await page.goto(`${server.url}/?kind=pocket_park&tab=gaps`);
    await items().first().waitFor({ timeout: 45_000 });
    expect(await page.locator('.advice').innerText()).toMatch(/占了全部缺口的 [\d.]+ %/);
    const areas = async () => Number(/([\d,]+) 片/.exec(await sentence())![1]!.replace(',', ''));
    const coarse = await areas();
    await page.getByTestId('finer').click();
    await expect.poll(areas).toBeGreaterThan(coarse);
    expect(new URL(page.url()).searchParams.get('radius')).toBe('60');
    const { summary } = await asked<Answer>(server, 'gap-areas', { ...questionOf(page), kind: 'pocket_park', radius_m: 60 });
    expect(await sentence()).toContain(`${count(summary.largest)} 人`);
    await keep(page, 'zh-light-gap-areas-finer');
  });

  test('are downloaded as they are asked', async () => {
    const link = await page.getByTestId('csv').getAttribute('href');
    const response = await fetch(server.url + link);
    expect(response.headers.get('content-type')).toContain('text/csv');
    const lines = (await response.text()).trim().split('\n');
    const { rows } = await asked<Answer>(server, 'gap-areas', { ...questionOf(page), kind: 'pocket_park', radius_m: 60 });
    expect(lines.length - 1).toBe(rows.length);
  });

  test.each([
    ['zh', 'light'], ['zh', 'dark'], ['en', 'dark'], ['en', 'light'],
  ])('are accessible and speak the language: %s, %s', async (language, theme) => {
    await dress(page, language, theme);
    await items().first().locator('.main').click();
    await settledMap(page);
    const heading = (await page.locator('#tab-panel h3').allInnerTexts()).join(' ');
    expect(/[\u4e00-\u9fff]/.test(heading), heading).toBe(language === 'zh');
    await expectAccessible(page, `${language}, ${theme}, gap areas`);
    await keep(page, `${language}-${theme}-gap-areas`);
  });

  test('an answer that does not come says so and can be asked again', async () => {
    await dress(page, 'zh', 'light');
    await page.route('**/gap-areas?*', (route) => route.fulfill({
      status: 422, contentType: 'application/problem+json', body: JSON.stringify({ code: 'invalid', detail: 'no' }),
    }));
    await page.locator('#tab-panel select').selectOption('30');
    await page.getByRole('alert').waitFor({ timeout: 20_000 });
    await page.unroute('**/gap-areas?*');
    await page.getByRole('button', { name: '再试一次' }).click();
    await items().first().waitFor({ timeout: 20_000 });
  });

  test('no error was logged and nothing was asked of another host', () => {
    // The refusal above is the one error that the console may hold.
    expect(visit.complaints.filter((c) => !c.includes('422'))).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});
