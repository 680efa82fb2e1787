import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison, Coverage, ScenarioItem } from '../../src/api/types';
import { compare, findChromium, keep, settledMap } from './chromium';
import { asked, dress, expectAccessible, startVisit, type Visit } from './visit';

const executable = findChromium();
/** How long anything may take on a busy machine. */
const PATIENCE_MS = 60_000;
const SIZE = { width: 1440, height: 900 };
const QUESTION = { kind: 'pocket_park', level: 'community', cutoff_m: 500 };
const ADDRESS = '?kind=pocket_park&m=500&table=closed&tab=whatif&whatif=scenarios';

const count = (n: number) => Math.round(n).toLocaleString('en-US');
const percent = (rate: number | null) => `${(rate! * 100).toFixed(1)} %`;

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('scenarios', () => {
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE);
    page = visit.page;
    page.setDefaultTimeout(PATIENCE_MS);
  });
  afterAll(() => visit?.end());

  const address = () => new URL(page.url()).searchParams;
  const act = (name: string) => page.locator(`[data-testid=scenarios] [data-act=${name}]`);
  const pieces = () => page.getByTestId('pieces').locator('li > span').allInnerTexts();
  const items = () => page.locator('[data-testid=scenarios] .item');
  const sentence = () => page.locator('[data-testid=compare] .sentence').innerText();
  const list = async () => (await asked<{ scenarios: ScenarioItem[] }>(visit.server, 'scenarios', {})).scenarios;
  const draftOf = () => JSON.parse(address().get('draft')!) as { changes: { at: [number, number]; line: number[][]; class: string; road: string }[] };
  async function clickMap(x: number, y: number) {
    const box = (await page.getByTestId('map').boundingBox())!;
    await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
  }

  test('a study without scenarios says what to do', async () => {
    await page.goto(`${visit.server.url}/${ADDRESS}`);
    await page.getByTestId('scenarios').getByText('还没有情景').waitFor();
    await settledMap(page);
    await keep(page, 'zh-light-scenarios-none');
    await page.getByTestId('scenarios').getByRole('button', { name: '新建情景' }).click();
    await page.getByTestId('draft').waitFor();
  });

  test('a park put on the map, in a gap, tells at once who gains', async () => {
    await page.locator('[data-tool=add]').click();
    await page.getByTestId('tool').waitFor();
    const before = await settledMap(page);
    await clickMap(0.5, 0.45);
    await expect.poll(pieces).toEqual(['加口袋公园“新口袋公园 1”']);
    const { changes } = draftOf();
    await page.getByTestId('compare').locator('.sentence').waitFor();
    const answer = await fetch(`${visit.server.url}/api/v1/studies/dongxing-sample/compare`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...QUESTION, scenario: { changes } }),
    });
    const { totals, points } = (await answer.json()) as Comparison;
    expect(totals.change.covered).toBeGreaterThan(0);
    const text = await page.getByTestId('compare').innerText();
    for (const part of [`+${count(totals.change.covered)} 人`, percent(totals.before.coverage_rate), percent(totals.after.coverage_rate), `新能到 ${count(points.gained.demand)} 人`]) expect(text).toContain(part);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByTestId('tool').count()).toBe(0);
    const { changed } = await compare(visit.browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.02);
    expect(await page.getByTestId('legend').innerText()).toContain('覆盖率的变化');
    await keep(page, 'zh-light-scenarios-draft');
  });

  test('undo and the back button each take one step; without a name nothing is saved', async () => {
    await act('undo').click();
    expect(await page.getByTestId('pieces').count()).toBe(0);
    await page.goBack();
    await expect.poll(pieces).toHaveLength(1);
    await act('save').click();
    await page.getByTestId('draft').getByText('先起个名字').waitFor();
    expect(await list()).toEqual([]);
  });

  test('by keyboard: a second park by coordinates, a road by two points, a facility by name', async () => {
    await page.locator('[data-tool=add]').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('places').focus();
    await page.keyboard.type('here');
    await page.keyboard.press('Enter');
    await page.getByTestId('how').getByText('写成 105.07').waitFor();
    await page.getByTestId('places').fill('105.0612, 29.5961');
    await page.keyboard.press('Enter');
    await expect.poll(pieces).toHaveLength(2);
    expect(draftOf().changes[1]!.at).toEqual([105.0612, 29.5961]);
    await page.locator('[data-tool=draw]').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('places').fill('105.0612, 29.5961; 105.0632, 29.5969');
    await page.keyboard.press('Enter');
    await expect.poll(pieces).toHaveLength(3);
    expect((await pieces())[2]).toMatch(/^开一条新路\([\d,]+ 米\)$/);
    await page.locator('[data-tool=remove]').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('how').locator('select').last().selectOption({ index: 1 });
    await act('take-away').focus();
    await page.keyboard.press('Enter');
    await expect.poll(pieces).toHaveLength(4);
    expect((await pieces())[3]).toMatch(/^去掉口袋公园“/);
    await act('take-away').click();
    await page.getByTestId('how').getByText('它已经去掉了').waitFor();
    // Each piece can be taken back by itself.
    for (const _ of [1, 2, 3]) await page.getByTestId('pieces').locator('button').last().click();
    await expect.poll(pieces).toHaveLength(1);
    await page.locator('[data-tool=remove]').click();
  });

  test('a road is drawn and a road closed by clicks; its ends lie on roads', async () => {
    await page.goto(`${visit.server.url}/${ADDRESS}&at=105.0700,29.5900,16.50&draft=${encodeURIComponent('{"changes":[]}')}`);
    await page.getByTestId('draft').waitFor();
    await settledMap(page);
    const { features } = await asked<{ features: { geometry: { coordinates: [number, number][] } }[] }>(visit.server, 'layers/roads', { bbox: '105.068,29.589,105.072,29.591' });
    expect(features.length).toBeGreaterThan(0);
    await page.locator('[data-tool=draw]').click();
    await clickMap(0.4, 0.5);
    await clickMap(0.55, 0.6);
    await act('finish').click();
    await expect.poll(pieces).toHaveLength(1);
    expect(draftOf().changes[0]).toMatchObject({ change: 'draw_road', class: 'footway' });
    // The middle of a road that is in sight, by coordinates: where it is clicked does not depend on the map's size.
    const line = features[0]!.geometry.coordinates;
    const at = line[Math.floor(line.length / 2)]!;
    await page.locator('[data-tool=close]').click();
    await page.getByTestId('places').fill(at.join(', '));
    await page.keyboard.press('Enter');
    await act('whole').click();
    await expect.poll(pieces).toHaveLength(2);
    expect((await pieces())[1]).toMatch(/^封闭道路 \d+$/);
    await page.keyboard.press('Escape');
    await settledMap(page);
    await keep(page, 'zh-light-scenarios-roads');
  });

  test('it is saved under its name, and every question is asked under it', async () => {
    await page.goto(`${visit.server.url}/${ADDRESS}`);
    await page.getByTestId('scenarios').getByRole('button', { name: '新建情景' }).click();
    await page.locator('[data-tool=add]').click();
    await settledMap(page);
    await clickMap(0.5, 0.45);
    await expect.poll(pieces).toHaveLength(1);
    await page.locator('[data-name=zh]').fill('新江路口袋公园');
    await page.locator('[data-name=en]').fill('Xinjiang Road park');
    await act('save').click();
    await page.getByText('已保存“新江路口袋公园”').waitFor();
    const [saved] = await list();
    expect(saved).toMatchObject({ name: { zh: '新江路口袋公园', en: 'Xinjiang Road park' }, changes: 1, fits: true });
    await expect.poll(() => [address().get('scenario'), address().get('draft')]).toEqual([saved!.id, null]);

    const under = await asked<Coverage>(visit.server, 'coverage', { ...QUESTION, f: 'json', scenario: saved!.id });
    const today = await asked<Coverage>(visit.server, 'coverage', { ...QUESTION, f: 'json' });
    const more = under.totals.covered - today.totals.covered;
    expect(more).toBeGreaterThan(0);
    await expect.poll(() => page.getByTestId('answer').innerText()).toContain(`比现状+${count(more)} 人能到`);
    const text = await page.getByTestId('answer').innerText();
    for (const part of ['情景“新江路口袋公园”', percent(under.totals.coverage_rate), `${count(under.totals.uncovered)} 人`]) expect(text).toContain(part);
    expect(await page.locator('.sentence').first().innerText()).toContain('情景“新江路口袋公园”');
    await settledMap(page);
    await keep(page, 'zh-light-scenarios-saved');

    // Gaps are those that remain; the mark stays in every tab.
    await page.keyboard.press('2');
    const gaps = await asked<{ kaimen: { summary: { uncovered: number } } }>(visit.server, 'gap-areas', { ...QUESTION, f: 'geojson', scenario: saved!.id });
    expect(gaps.kaimen.summary.uncovered).toBeCloseTo(under.totals.uncovered, 3);
    await expect.poll(() => page.locator('#tab-panel').innerText()).toContain(count(under.totals.uncovered));
    expect(await page.getByTestId('scenario-mark').innerText()).toContain('新江路口袋公园');
    await settledMap(page);
    await keep(page, 'zh-light-scenarios-gaps');
  });

  test('the comparison tells what the server tells, lists who gains, and hands out files', async () => {
    await page.getByTestId('scenario-mark').locator('[data-act=compare]').click();
    const id = address().get('scenario')!;
    const { totals, rows } = await asked<Comparison>(visit.server, 'compare', { ...QUESTION, scenario: id });
    await expect.poll(sentence).toContain(`+${count(totals.change.covered)} 人`);
    const want = rows.filter((r) => Math.round(r.change.covered) > 0).sort((a, b) => b.change.covered - a.change.covered).slice(0, 8);
    expect(await page.getByTestId('compare').locator('.figure').allInnerTexts()).toEqual(want.map((r) => `+${count(r.change.covered)} 人`));
    const types: Record<string, string> = { Excel: 'spreadsheetml', CSV: 'text/csv', GeoJSON: 'application/geo+json' };
    const links = await page.getByTestId('compare-downloads').locator('a').evaluateAll((all) => all.map((a) => [a.textContent!.trim(), a.getAttribute('href')!]));
    expect(links.map(([name]) => name)).toEqual(Object.keys(types));
    for (const [name, href] of links) {
      const response = await fetch(visit.server.url + href);
      expect([response.status, response.headers.get('content-type')], name).toEqual([200, expect.stringContaining(types[name!]!)]);
    }
  });

  test('back leads to today, and the address alone brings the scenario', async () => {
    const url = page.url();
    await page.getByTestId('scenario-mark').locator('[data-act=today]').click();
    await expect.poll(() => page.getByTestId('scenario-mark').count()).toBe(0);
    expect(await page.getByTestId('answer').innerText()).not.toContain('情景');
    await page.goBack();
    await page.getByTestId('scenario-mark').waitFor();
    const other = await visit.browser.newPage({ viewport: SIZE });
    await other.goto(url);
    await other.locator('[data-testid=compare] .sentence').waitFor();
    expect(await other.locator('[data-testid=compare] .sentence').innerText()).toBe(await sentence());
    await other.close();
  });

  test('one is copied and changed; two are compared; who changed it meanwhile is told', async () => {
    await act('copy').first().click();
    await expect.poll(() => items().count()).toBe(2);
    const copied = (await list()).find((s) => s.name.zh === '新江路口袋公园 副本')!;
    const own = page.locator(`.item[data-id="${copied.id}"]`);
    await own.locator('[data-act=edit]').click();
    await page.locator('[data-tool=add]').click();
    await clickMap(0.38, 0.62);
    await expect.poll(pieces).toHaveLength(2);
    // Somebody else renames it before it is saved.
    const there = `${visit.server.url}/api/v1/studies/dongxing-sample/scenarios/${copied.id}`;
    const whole = (await (await fetch(there)).json()) as { name: object; changes: object[] };
    await fetch(there, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...whole, name: { zh: '别人的' } }) });
    await act('save').click();
    await page.getByTestId('conflict').waitFor();
    await page.locator('[data-name=zh]').fill('两个口袋公园');
    await page.locator('[data-name=en]').fill('Two pocket parks');
    await act('save-as').click();
    await expect.poll(() => items().count()).toBe(3);
    const first = (await list()).find((s) => s.name.en === 'Xinjiang Road park' && s.name.zh === '新江路口袋公园')!;
    const to = address().get('scenario')!;
    await page.getByTestId('compare').getByRole('button', { name: /^从/ }).click();
    await page.locator(`:popover-open [data-value="${first.id}"]`).click();
    const { totals } = await asked<Comparison>(visit.server, 'compare', { ...QUESTION, from: first.id, scenario: to });
    await expect.poll(sentence).toContain('从新江路口袋公园到两个口袋公园');
    await expect.poll(sentence).toContain(Math.round(totals.change.covered) === 0 ? '不变' : `${count(totals.change.covered)} 人`);
    expect(address().get('against')).toBe(first.id);
  });

  test.each([['zh', 'light'], ['zh', 'dark'], ['en', 'dark'], ['en', 'light']])('is accessible, fits and speaks the language: %s, %s', async (language, theme) => {
    await dress(page, language, theme);
    await settledMap(page);
    expect(/[\u4e00-\u9fff]/.test(await page.locator('[data-testid=compare] h3').innerText())).toBe(language === 'zh');
    await expectAccessible(page, `${language}, ${theme}, scenarios`);
    await keep(page, `${language}-${theme}-scenarios`);
    await items().first().locator('[data-act=edit]').click();
    await page.locator('[data-tool=add]').click();
    await page.getByTestId('how').waitFor();
    await settledMap(page);
    await expectAccessible(page, `${language}, ${theme}, draft`);
    expect(await page.locator('.side-scroll').evaluate((e) => e.scrollWidth - e.clientWidth), 'wider than its panel').toBeLessThanOrEqual(0);
    await keep(page, `${language}-${theme}-scenarios-edit`);
    await page.keyboard.press('Escape');
    await act('discard').click();
    await items().first().locator('[data-act=ask]').click();
  });

  test.each([['en-light-tablet-820x1180-scenarios', 820, 1180], ['en-light-1280x720-scenarios', 1280, 720]])('fits %s', async (name, width, height) => {
    await page.setViewportSize({ width, height });
    await settledMap(page);
    await keep(page, name);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await page.setViewportSize(SIZE);
  });

  test('deleting asks first, and what was asked under it is asked of today', async () => {
    const id = address().get('scenario')!;
    const own = page.locator(`.item[data-id="${id}"]`);
    await own.locator('[data-act=drop]').click();
    await own.getByText('Delete “').waitFor();
    await own.locator('[data-act=drop-yes]').click();
    await expect.poll(() => items().count()).toBe(2);
    expect((await list()).map((s) => s.id)).not.toContain(id);
    await expect.poll(() => address().get('scenario')).toBeNull();
    expect(await page.getByTestId('scenario-mark').count()).toBe(0);
  });

  test('a plan of new sites becomes a scenario that gains what the plan promised', async () => {
    await page.goto(`${visit.server.url}/?kind=pocket_park&m=500&tab=sites&aim=mclp&p=2&from=parcel&ask=1&table=closed&lang=zh`);
    await page.locator('.sites .site').first().waitFor();
    await page.locator('[data-act=scenario]').click();
    await expect.poll(pieces).toHaveLength(2);
    expect(await page.locator('[data-name=zh]').inputValue()).toBe('2 处新口袋公园');
    await page.getByTestId('compare').locator('.sentence').waitFor();
    const { changes } = draftOf();
    const answer = await fetch(`${visit.server.url}/api/v1/studies/dongxing-sample/compare`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...QUESTION, scenario: { changes } }),
    });
    const { totals } = (await answer.json()) as Comparison;
    expect(await sentence()).toContain(`+${count(totals.change.covered)} 人`);
    await settledMap(page);
    await keep(page, 'zh-light-scenarios-plan');
  });

  test('a link to a scenario that is gone says so and leads back', async () => {
    await page.goto(`${visit.server.url}/${ADDRESS}&scenario=never-saved&lang=zh`);
    const alert = page.getByRole('alert').first();
    await alert.waitFor();
    expect(await alert.innerText()).toContain('never-saved');
    await alert.getByRole('button', { name: '回到默认问题' }).click();
    await page.getByTestId('answer').waitFor();
    expect(address().get('scenario')).toBeNull();
  });

  test('no error was logged but for what was refused on purpose, and nothing was asked of another host', () => {
    expect(visit.complaints.filter((c) => !/\b(412|422|404)\b/.test(c))).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});

describe.skipIf(!executable)('scenarios where nothing may be saved', () => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE, ['--manage', 'off']);
  });
  afterAll(() => visit?.end());

  test('what was drawn is compared, kept in the address, and handed out as a file; the page says what to do', async () => {
    const { page } = visit;
    page.setDefaultTimeout(PATIENCE_MS);
    const draft = { zh: '口袋公园', changes: [{ change: 'add_facility', kind: 'pocket_park', id: 'new-1', name: '新口袋公园 1', at: [105.0612, 29.5961] }] };
    await page.goto(`${visit.server.url}/${ADDRESS}&draft=${encodeURIComponent(JSON.stringify(draft))}`);
    await page.getByTestId('compare').locator('.sentence').waitFor();
    const url = page.url();
    await page.locator('[data-act=save]').click();
    const note = page.getByTestId('unmanaged');
    await note.waitFor();
    for (const part of ['--manage on', 'kaimen scenarios save dongxing-sample']) expect(await note.innerText()).toContain(part);
    const [download] = await Promise.all([page.waitForEvent('download'), note.locator('a').click()]);
    const stream = await download.createReadStream();
    const text = (await stream.toArray()).join('');
    expect(JSON.parse(text)).toEqual({ name: { zh: '口袋公园' }, changes: draft.changes });
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('compare-downloads').getByText('CSV').click()]);
    expect((await (await file.createReadStream()).toArray()).join('')).toContain('coverage_rate_change');
    expect(page.url()).toBe(url);
    await settledMap(page);
    await keep(page, 'zh-light-scenarios-unmanaged');
    expect(visit.complaints.filter((c) => !c.includes('503'))).toEqual([]);
  });
});
