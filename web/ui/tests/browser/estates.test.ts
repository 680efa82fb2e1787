import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Audit, Overview, Sensitivity } from '../../src/api/types';
import type { components } from '../../src/api/gen/schema';
import { compare, findChromium, keep, settledMap } from './chromium';
import { asked, dress, expectAccessible, questionOf, startVisit, type Visit } from './visit';

type Estates = components['schemas']['EstateAnswer'];

const executable = findChromium();
const SIZE = { width: 1440, height: 900 };

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('estates, sensitivity and audit', () => {
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE);
    page = visit.page;
  });
  afterAll(() => visit?.end());

  const count = (n: number) => Math.round(n).toLocaleString('en-US');
  const percent = (rate: number) => (rate === 1 ? '100 %' : `${(rate * 100).toFixed(1)} %`);
  const indicator = () => page.getByTestId('indicator').innerText();
  const items = () => page.locator('.estates .estate');
  const ask = <T>(path: string, question: Record<string, string | number>) => asked<T>(visit.server, path, question);

  test('old estates are ranked, with who lacks what', async () => {
    await page.goto(`${visit.server.url}/?kind=park&tab=indicators&indicator=estates`);
    await items().first().waitFor({ timeout: 45_000 });
    const { summary, rows } = await ask<Estates>('estates', questionOf(page));
    const text = await page.getByTestId('estates').innerText();
    for (const part of [`${summary.old} 个`, `${count(summary.in_listed)} 人`, `${count(rows.reduce((n, r) => n + r.unserved, 0))} 人`]) {
      expect(text).toContain(part);
    }
    const shown = await items().locator('.figure').allInnerTexts();
    expect(shown).toEqual(rows.slice(0, shown.length).map((r) => `${count(r.unserved)} 人`));
    const first = await items().first().innerText();
    for (const part of [rows[0]!.name, `缺的老年人 ${count(rows[0]!.elderly_unserved!)} 人`, `建于 ${rows[0]!.year_built} 年`]) expect(first).toContain(part);
    expect(first.includes('没有充电')).toBe(rows[0]!.charging_missing);
    const shares = await page.getByTestId('estate-needs').locator('.figure').allInnerTexts();
    expect(shares).toEqual(summary.needs.map((n) => percent(n.coverage_rate!)));
  });

  test('an estate that is chosen is selected and zoomed to; one clicked on the map is selected in the list', async () => {
    const before = await settledMap(page);
    const { rows } = await ask<Estates>('estates', questionOf(page));
    await items().nth(1).locator('.main').click();
    await expect.poll(() => new URL(page.url()).searchParams.get('estate')).toBe(rows[1]!.id);
    const { changed } = await compare(visit.browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.1);
    expect(await items().nth(1).getAttribute('class')).toContain('selected');
    await keep(page, 'zh-light-estate');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.estates .selected').count()).toBe(0);
    // It fills the middle of the map now: a click there is on it, unless a symbol stands there.
    const box = (await page.getByTestId('map').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2 + 24, box.y + box.height / 2 + 14);
    await expect.poll(() => page.locator('.estates .selected').getAttribute('data-id')).toBe(rows[1]!.id);
    await page.keyboard.press('Escape');
  });

  test('conclusions stand or not, and what loses most is named and shown', async () => {
    await page.locator('[data-choice=sensitivity]').click();
    await page.getByTestId('conclusions').waitFor({ timeout: 30_000 });
    const { summary, rows } = await ask<Sensitivity>('sensitivity', { ...questionOf(page), kind: 'park' });
    const lines = await page.getByTestId('conclusions').locator('li').allInnerTexts();
    expect(lines).toHaveLength(summary.conclusions.length);
    summary.conclusions.forEach((c, i) => {
      expect(lines[i]).toContain(c.stands ? '✓' : '✗');
      if (!c.stands) expect(lines[i]).toContain(`${count(c.variants)} 种里有 ${count(c.broken)} 种会变`);
    });
    const speeds = await page.getByTestId('speeds').innerText();
    for (const r of rows.filter((x) => x.family === 'speed')) {
      for (const part of [percent(r.coverage_rate!), `${count(Math.abs(r.change))} 人`]) expect(speeds).toContain(part);
    }
    const worst = rows.filter((r) => r.family === 'facility').sort((a, b) => a.change - b.change)[0]!;
    const first = page.locator('[data-family=facility] li button').first();
    expect(await first.innerText()).toContain(`−${count(-worst.change)} 人`);
    expect(await first.innerText()).toContain(worst.name);

    const before = await settledMap(page);
    await first.click();
    const { changed } = await compare(visit.browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.1);
    await keep(page, 'zh-light-sensitivity-place');
  });

  test('by distance, pace changes nothing, and that is said', async () => {
    await page.goto(`${visit.server.url}/?kind=park&m=500&tab=indicators&indicator=sensitivity`);
    await page.getByTestId('conclusions').waitFor({ timeout: 45_000 });
    expect(await indicator()).toContain('走慢走快都一样');
    expect(await page.getByTestId('speeds').count()).toBe(0);
  });

  test('the straight line is always called one, and stands beside the network', async () => {
    await page.goto(`${visit.server.url}/?kind=school&tab=indicators&indicator=audit`);
    await page.locator('[data-kind=park] .figure').nth(1).waitFor({ timeout: 45_000 });
    const { summary } = await ask<Audit>('audit', { level: questionOf(page).level });
    const sentence = await page.getByTestId('audit').innerText();
    expect(sentence).toContain(percent(summary.coverage_rate!));
    expect(sentence).toContain(`${count(summary.covered_m2 / 10_000)} 公顷`);
    for (const title of await page.locator('[data-testid=indicator] h3:has(.method)').allInnerTexts()) expect(title).toContain('直线口径');
    expect(await page.getByTestId('straight').locator('.figure').allInnerTexts()).toEqual([percent(summary.coverage_rate!)]);
    // Beside it the network: within the meters of the largest radius, and within the question's minutes.
    const { cutoff_min, ...rest } = questionOf(page);
    const near = await ask<Overview>('overview', { ...rest, cutoff_m: Math.max(...summary.classes.map((c) => c.meters)), kinds: 'park' });
    const own = await ask<Overview>('overview', { ...rest, cutoff_min, kinds: 'park' });
    expect(await page.locator('[data-kind=park] .figure').allInnerTexts()).toEqual([
      percent(near.summary.kinds[0]!.distance_rate!), percent(own.summary.kinds[0]!.time_rate!),
    ]);
    expect(await indicator()).toContain('直线口径:量的是直线');
  });

  const looks = [['zh', 'light'], ['zh', 'dark'], ['en', 'dark'], ['en', 'light']] as const;
  const views = ['estates', 'sensitivity', 'audit'] as const;
  test.each(looks.flatMap((look) => views.map((name) => [...look, name] as const)))(
    'are accessible, fit and speak the language: %s, %s, %s',
    async (language, theme, name) => {
      await dress(page, language, theme);
      await page.locator(`[data-choice=${name}]`).click();
      await page.getByTestId('indicator').waitFor({ timeout: 30_000 });
      const headings = (await page.locator('[data-testid=indicator] h3').allInnerTexts()).join(' ');
      expect(/[\u4e00-\u9fff]/.test(headings), headings).toBe(language === 'zh');
      await expectAccessible(page, `${language}, ${theme}, ${name}`);
      const wide = await page.locator('.side-scroll').evaluate((e) => e.scrollWidth - e.clientWidth);
      expect(wide, `${name} is wider than its panel`).toBeLessThanOrEqual(0);
      await keep(page, `${language}-${theme}-${name}`);
    },
  );

  test('are downloaded as they are asked', async () => {
    for (const name of ['completeness', 'rules', 'per_capita', 'equity', 'estates', 'sensitivity', 'audit']) {
      await page.locator(`[data-choice=${name}]`).click();
      const link = await page.getByTestId('csv').getAttribute('href', { timeout: 30_000 });
      const response = await fetch(visit.server.url + link);
      expect([response.status, response.headers.get('content-type')], name).toEqual([200, expect.stringContaining('text/csv')]);
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect([...bytes.slice(0, 3)], `${name} begins with a byte order mark`).toEqual([0xef, 0xbb, 0xbf]);
    }
  });

  test('no error was logged and nothing was asked of another host', () => {
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});
