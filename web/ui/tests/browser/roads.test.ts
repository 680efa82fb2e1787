import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison, Roads } from '../../src/api/types';
import { compare, findChromium, keep, settledMap } from './chromium';
import { asked, dress, expectAccessible, startVisit, type Visit } from './visit';

const executable = findChromium();
const SIZE = { width: 1440, height: 900 };
/** A search builds networks anew; a busy machine takes its time. */
const LONG = 150_000;

const count = (n: number) => Math.round(n).toLocaleString('en-US');
const percent = (rate: number) => `${(rate * 100).toFixed(1)} %`;

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('roads to open', () => {
  let visit: Visit;
  let page: Page;
  let all: Roads;

  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE);
    page = visit.page;
  });
  afterAll(() => visit?.end());

  const items = () => page.locator('.list .road');
  const sentence = () => page.getByTestId('roads-sentence').innerText();
  const address = () => new URL(page.url()).searchParams;
  const ask = (more: Record<string, string | number> = {}) => asked<Roads>(visit.server, 'links', { kind: 'school', level: 'community', cutoff_min: 15, ...more });
  const fresh = () => expect.poll(() => page.locator('[data-testid=roads][aria-busy=false]').count(), { timeout: LONG }).toBe(1);

  test('are asked at once, told in a sentence, in turn and ranked', { timeout: 2 * LONG }, async () => {
    await page.goto(`${visit.server.url}/?kind=school&tab=whatif&whatif=roads&table=closed`);
    await items().first().waitFor({ timeout: LONG });
    all = await ask();
    const s = all.summary;
    const text = await sentence();
    for (const part of [`${count(s.candidates)} 处`, `${count(s.helping)} 处`, `${count(s.covered_with - s.covered)} 人`, percent(s.covered / s.demand), percent(s.covered_with / s.demand)]) {
      expect(text).toContain(part);
    }
    const ids = await items().evaluateAll((list) => list.map((e) => e.getAttribute('data-id')));
    expect(ids).toEqual(all.rows.slice(0, ids.length).map((r) => r.id));
    const adds = await page.getByTestId('together').locator('.adds').allInnerTexts();
    expect(adds).toEqual(s.steps.map((step) => `再添 ${count(step.newly_covered - step.lost)} 人`));
    await settledMap(page);
    await keep(page, 'zh-light-roads');
  });

  test('the dead ends made for the sample are among those found', async () => {
    const told = await page.getByTestId('by-source').locator('tr[data-source=dead_end] .num').allInnerTexts();
    const { candidates, helping } = all.summary.by_source.find((s) => s.source === 'dead_end')!;
    expect(told).toEqual([count(candidates), count(helping)]);
    // The sample has 25 pairs of dead ends that face each other; others come by the way.
    expect(candidates).toBeGreaterThanOrEqual(25);
  });

  test('one that is chosen tells why and where people gain, and is shown on the map', { timeout: LONG }, async () => {
    const row = all.rows[0]!;
    const before = await settledMap(page);
    await items().first().locator('.main').click();
    await expect.poll(() => address().get('road')).toBe(row.id);
    const zones = page.getByTestId('zones-gaining').locator('li');
    await zones.first().waitFor({ timeout: LONG });
    const response = await fetch(`${visit.server.url}/api/v1/studies/dongxing-sample/compare`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'school', level: 'community', cutoff_min: 15, scenario: { changes: row.changes } }),
    });
    const { rows } = (await response.json()) as Comparison;
    const gaining = rows.filter((r) => r.change.covered > 0).sort((a, b) => b.change.covered - a.change.covered);
    expect(await zones.locator('span').allInnerTexts()).toEqual(gaining.slice(0, 5).map((r) => `+${count(r.change.covered)} 人`));
    expect(gaining.reduce((sum, r) => sum + r.change.covered, 0)).toBe(row.newly_covered - row.lost);
    const text = await page.getByTestId('reasons').innerText();
    expect(text).toContain(`现在要绕 ${count(row.detour_m!)} 米,打通后 ${count(row.length_m)} 米`);
    const { changed } = await compare(visit.browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.1);
    await keep(page, 'zh-light-road');
  });

  test('the map and the list are linked both ways; Escape ends the choice', { timeout: LONG }, async () => {
    const row = all.rows[0]!;
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.list .selected').count()).toBe(0);
    // It is in the middle of the map now.
    const box = (await page.getByTestId('map').boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x + 2, y);
    await page.mouse.move(x, y);
    await expect.poll(() => page.locator('.list .hovered').getAttribute('data-id'), { timeout: 20_000 }).toBe(row.id);
    await page.mouse.click(x, y);
    await expect.poll(() => page.locator('.list .selected').getAttribute('data-id')).toBe(row.id);
    await page.keyboard.press('Escape');
    await page.mouse.move(5, 5);
    const before = await settledMap(page);
    await items().first().locator('.main').focus();
    const { changed } = await compare(visit.browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0);
  });

  test('fewer kinds are asked for by the address and answered again; the back button goes back', { timeout: 2 * LONG }, async () => {
    for (const source of ['gate', 'link', 'closed_road']) await page.locator(`[data-source=${source}] >> visible=true`).first().uncheck();
    await expect.poll(() => address().get('open')).toBe('dead_end');
    await fresh();
    const want = await ask({ sources: 'dead_end', p: 3 });
    expect(await sentence()).toContain(`${count(want.summary.candidates)} 处`);
    await expect.poll(() => items().first().getAttribute('data-id')).toBe(want.rows[0]!.id);
    await page.locator('[data-figure=together]').fill('0');
    await page.locator('[data-figure=together]').press('Tab');
    expect(await page.locator('[data-figure=together]').getAttribute('aria-invalid')).toBe('true');
    expect(address().get('together')).toBeNull();
    await page.goBack();
    await expect.poll(() => address().get('open')).toBe('dead_end,closed_road');
    await page.goForward();
    await fresh();
  });

  test('are downloaded as they are asked', { timeout: LONG }, async () => {
    const links = page.getByTestId('downloads').locator('a');
    expect(await links.evaluateAll((list) => list.map((e) => (e as HTMLElement).dataset.form))).toEqual(['xlsx', 'csv', 'geojson']);
    const href = (form: string) => page.locator(`[data-testid=downloads] [data-form=${form}]`).getAttribute('href');
    const csv = await (await fetch(visit.server.url + (await href('csv')))).text();
    const want = await ask({ sources: 'dead_end' });
    expect(csv.trim().split('\n').length - 1).toBe(want.rows.length);
    const geojson = (await (await fetch(visit.server.url + (await href('geojson')))).json()) as { features: { properties: { id: string } }[] };
    expect(geojson.features.map((f) => f.properties.id)).toEqual(want.rows.map((r) => r.id));
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-testid=downloads] [data-form=xlsx]').click()]);
    expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
  });

  test.each([['zh', 'light'], ['zh', 'dark'], ['en', 'dark'], ['en', 'light']])('are accessible and speak the language: %s, %s', { timeout: LONG }, async (language, theme) => {
    await dress(page, language, theme);
    await items().first().locator('.main').click();
    await page.getByTestId('zones-gaining').waitFor({ timeout: LONG });
    await settledMap(page);
    const heading = (await page.locator('#tab-panel h3').allInnerTexts()).join(' ');
    expect(/[\u4e00-\u9fff]/.test(heading), heading).toBe(language === 'zh');
    await expectAccessible(page, `${language}, ${theme}, roads`);
    await keep(page, `${language}-${theme}-roads`);
    await page.keyboard.press('Escape');
  });

  test('nothing to gain says what to try; a search can be stopped and asked again', { timeout: 2 * LONG }, async () => {
    await page.goto(`${visit.server.url}/?kind=school&tab=whatif&whatif=roads&open=dead_end&table=closed&lang=zh`);
    await fresh();
    await page.locator('[data-figure=longest]').fill('1');
    await page.locator('[data-figure=longest]').press('Tab');
    await fresh();
    await expect.poll(() => page.getByTestId('roads').innerText(), { timeout: LONG }).toContain('试试放宽新路的长度');
    // Events that never come stand for a search that takes long.
    await page.route('**/jobs/*/events', () => {});
    await page.locator('[data-figure=longest]').fill('149');
    await page.locator('[data-figure=longest]').press('Tab');
    await page.getByTestId('road-progress').waitFor({ timeout: 30_000 });
    await page.getByTestId('stop').click();
    await page.getByTestId('stopped').waitFor();
    await page.unroute('**/jobs/*/events');
    await page.getByTestId('stopped').locator('button').click();
    await fresh();
    expect(await items().count()).toBeGreaterThan(0);
  });

  test('those opened together are saved as a scenario', { timeout: LONG }, async () => {
    const n = Number(/(\d+)/.exec(await page.locator('[data-act=save]').innerText())![1]);
    await page.locator('[data-act=save]').click();
    await expect.poll(() => address().get('scenario'), { timeout: LONG }).toBeTruthy();
    expect(address().get('whatif')).toBe('scenarios');
    const saved = await asked<{ changes: unknown[]; name: { zh: string; en: string } }>(visit.server, `scenarios/${address().get('scenario')}`, {});
    expect([saved.changes.length, saved.name.zh, saved.name.en]).toEqual([n, `打通 ${n} 处:学校`, `Opened: ${n}, for School`]);
  });

  test('no error was logged and nothing was asked of another host', () => {
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});
