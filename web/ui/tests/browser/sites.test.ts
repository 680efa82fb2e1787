import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/api/types';
import { compare, findChromium, keep, settledMap } from './chromium';
import { asked, dress, expectAccessible, startVisit, type Visit } from './visit';

const executable = findChromium();
const SIZE = { width: 1440, height: 900 };

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('new sites', () => {
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE);
    page = visit.page;
  });
  afterAll(() => visit?.end());

  const count = (n: number) => Math.round(n).toLocaleString('en-US');
  const percent = (rate: number) => `${(rate * 100).toFixed(1)} %`;
  const items = () => page.locator('.sites .site');
  const ids = () => items().evaluateAll((all) => all.map((e) => e.getAttribute('data-id')));
  const sentence = () => page.locator('[data-testid=plan] .sentence').innerText();
  const proof = () => page.getByTestId('proof').innerText();
  const address = () => new URL(page.url()).searchParams;
  const QUESTION = { kind: 'pocket_park', level: 'community', cutoff_m: 500, model: 'mclp', sources: 'parcel' };
  const ask = (more: Record<string, string | number>) => asked<Plan>(visit.server, 'plans', { ...QUESTION, ...more });
  /** Waits until no search goes on. */
  const settled = async () => {
    await expect.poll(() => page.getByTestId('progress').count(), { timeout: 60_000 }).toBe(0);
  };

  test('three pocket parks are found, told in a sentence, proven and listed by gain', async () => {
    await page.goto(`${visit.server.url}/?kind=pocket_park&m=500&tab=coverage&table=closed`);
    await page.getByTestId('answer').waitFor({ timeout: 45_000 });
    const before = await settledMap(page);
    await page.keyboard.press('3');
    await page.getByTestId('find').click({ timeout: 30_000 });
    await items().first().waitFor({ timeout: 60_000 });
    const { summary: s, rows } = await ask({ p: 3 });
    expect(rows).toHaveLength(3);
    const text = await sentence();
    for (const part of ['3 处新口袋公园', `${count(s.after - s.before)} 人`, percent(s.before_rate!), percent(s.after_rate!)]) expect(text).toContain(part);
    // The word proven stands exactly where it is.
    expect([(await proof()).includes('已证明最优'), s.proven]).toEqual([true, true]);
    expect(await ids()).toEqual(rows.map((r) => r.id));
    expect(await items().locator('.figure').allInnerTexts()).toEqual(rows.map((r) => `+${count(r.newly)} 人`));
    const { changed } = await compare(visit.browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.02);
    await keep(page, 'zh-light-sites');
  });

  test('a site that is chosen tells its reasons; one clicked on the map is selected in the list', async () => {
    const { rows } = await ask({ p: 3 });
    await items().nth(1).locator('.main').click();
    await expect.poll(() => address().get('site')).toBe(rows[1]!.id);
    const text = await items().nth(1).innerText();
    for (const part of [`${count(rows[1]!.only_here)} 人`, rows[1]!.substitute_name!, rows[1]!.zones[0]!.name]) expect(text).toContain(part);
    await settledMap(page);
    await keep(page, 'zh-light-sites-one');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.sites .selected').count()).toBe(0);
    // It is in the middle of the map now.
    const box = (await page.getByTestId('map').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2 - 8);
    await expect.poll(() => page.locator('.sites .selected').getAttribute('data-id')).toBe(rows[1]!.id);
  });

  test('one is pinned, one excluded, and the plan solved again; chips let them go', async () => {
    const [first, second] = await ids();
    await items().nth(1).locator('[data-act=pin]').click();
    await settled();
    await items().first().locator('[data-act=bar]').click();
    await settled();
    const want = await ask({ p: 3, required: second!, forbidden: first! });
    await expect.poll(ids).toEqual(want.rows.map((r) => r.id));
    expect(await ids()).toContain(second);
    expect(await ids()).not.toContain(first);
    expect(await proof()).toContain('在必选和排除的前提下');
    expect([address().get('pin'), address().get('bar'), address().get('ask')]).toEqual([second, first, '1']);
    expect(await page.getByTestId('wishes').locator('li').count()).toBe(2);
    await page.getByRole('button', { name: '看全区' }).click();
    await page.mouse.move(5, 5);
    await settledMap(page);
    await keep(page, 'zh-light-sites-wishes');
    await page.locator('[data-wish=bar] button').click();
    await settled();
    await expect.poll(ids).toEqual((await ask({ p: 3, required: second! })).rows.map((r) => r.id));
  });

  test('the address alone brings the plan back', async () => {
    const before = [await sentence(), await ids()];
    const other = await visit.browser.newPage({ viewport: SIZE });
    await other.goto(page.url());
    await other.locator('.sites .site').first().waitFor({ timeout: 60_000 });
    expect([await other.locator('[data-testid=plan] .sentence').innerText(), await other.locator('.sites .site').evaluateAll((all) => all.map((e) => e.getAttribute('data-id')))]).toEqual(before);
    await other.close();
  });

  test('a change of the choice is said, and the plan stays until it is searched again', async () => {
    const before = await ids();
    await page.locator('[data-figure=p]').fill('4');
    await page.locator('[data-figure=p]').press('Tab');
    await page.locator('.stale-note').waitFor();
    expect(await ids()).toEqual(before);
    await page.locator('[data-figure=p]').fill('0');
    await page.locator('[data-figure=p]').press('Tab');
    expect(await page.locator('[data-figure=p]').getAttribute('aria-invalid')).toBe('true');
    expect(address().get('p')).toBe('4');
    await page.locator('[data-figure=p]').fill('4');
    await page.getByTestId('find').click();
    await settled();
    await expect.poll(() => items().count()).toBe(4);
    expect(await page.locator('.stale-note').count()).toBe(0);
  });

  test('other plans can be taken, the curve drawn, and what was rejected listed', async () => {
    await page.getByTestId('others').locator('[data-act=ask]').click();
    await page.getByTestId('others').locator('[data-act=take]').first().waitFor({ timeout: 60_000 });
    await page.getByTestId('curve').locator('[data-act=ask]').click();
    await page.locator('svg.curve').waitFor({ timeout: 60_000 });
    const { summary } = await ask({ p: 4, required: address().get('pin')!, curve: 8 });
    const told = (await page.locator('svg.curve').getAttribute('aria-label'))!;
    for (const c of summary.curve) expect(told).toContain(`${c.number} 处 ${count(c.objective)} 人`);
    expect(await page.getByTestId('rejected').locator('.num').allInnerTexts()).toEqual(
      [...summary.rejected_by].sort((a, b) => b.rows - a.rows).map((r) => count(r.rows)),
    );
    await page.getByTestId('rejected').locator('button').last().click();
    expect(await page.getByTestId('rejected').locator('.list li').count()).toBeGreaterThan(5);
    await page.locator('svg.curve').scrollIntoViewIfNeeded();
    await keep(page, 'zh-light-sites-curve');
    const before = await ids();
    await page.getByTestId('others').locator('[data-act=take]').first().click();
    await settled();
    await expect.poll(ids).not.toEqual(before);
  });

  test('a plan and the model behind it are downloaded', async () => {
    const links = await page.getByTestId('downloads').locator('a').evaluateAll((all) => all.map((a) => [a.textContent!, a.getAttribute('href')!]));
    const want: Record<string, string> = { CSV: 'text/csv', GeoJSON: 'application/geo+json', LP: 'text/plain', MPS: 'text/plain' };
    expect(links.map(([name]) => name)).toEqual(Object.keys(want));
    for (const [name, href] of links) {
      const response = await fetch(visit.server.url + href);
      expect([response.status, response.headers.get('content-type')], name).toEqual([200, expect.stringContaining(want[name!]!)]);
    }
  });

  test('a long search tells where it stands, and when it is stopped keeps the best', async () => {
    // Thousands of places along streets, and twenty to choose: far longer than this test waits.
    await page.goto(`${visit.server.url}/?kind=pocket_park&min=10&tab=sites&aim=mclp&p=20&from=edge&every=35&ask=1&table=closed`);
    await page.getByTestId('progress').getByText('目前最好:').waitFor({ timeout: 90_000 });
    await keep(page, 'zh-light-sites-progress');
    await page.getByTestId('stop').click();
    await items().first().waitFor({ timeout: 60_000 });
    expect(await items().count()).toBe(20);
    const text = await proof();
    expect(text).toContain('至多差');
    expect(text).toContain('中途停下');
    expect(text).not.toContain('已证明');
    expect(await sentence()).toContain('20 处新口袋公园');
    // It is not kept by the server, so that the page itself hands it out.
    expect(await page.getByTestId('downloads').locator('a').first().getAttribute('href')).toMatch(/^blob:/);
    await keep(page, 'zh-light-sites-stopped');
  });

  test('faults are listed, and nothing is lost', async () => {
    await page.goto(`${visit.server.url}/?kind=pocket_park&m=500&tab=sites&aim=mclp&p=1&from=parcel&pin=parcel:L019&pin=parcel:L046&bar=parcel:NONE&ask=1&table=closed`);
    const alert = page.getByRole('alert');
    await alert.waitFor({ timeout: 60_000 });
    const text = await alert.innerText();
    for (const part of ['没有得到答案', 'NONE']) expect(text).toContain(part);
    expect(await page.getByTestId('wishes').locator('li').count()).toBe(3);
    await keep(page, 'zh-light-sites-error');
  });

  test('several kinds share a budget', async () => {
    await page.goto(`${visit.server.url}/?kind=pocket_park&m=500&tab=sites&aim=mclp&budget=1000000&kinds=pocket_park:3:300000,parking:2:100000&from=parcel&ask=1&table=closed`);
    await items().first().waitFor({ timeout: 60_000 });
    const plan = await asked<Plan>(visit.server, 'plans', {
      level: 'community', cutoff_m: 500, model: 'mclp', sources: 'parcel', budget: 1000000, kinds: 'pocket_park:3,parking:2', figures: 'pocket_park.cost=300000,parking.cost=100000',
    });
    expect(await ids()).toEqual(plan.rows.map((r) => r.id));
    const text = await page.getByTestId('plan').innerText();
    for (const k of plan.summary.kinds) expect(text).toContain(`${percent(k.before_rate!)} → ${percent(k.after_rate!)}`);
    expect(text).toContain(`共花 ${count(plan.summary.spent)}`);
    await items().first().locator('[data-act=pin]').click();
    await settled();
    expect(address().get('pin')).toBe(`${plan.rows[0]!.kind}/${plan.rows[0]!.id}`);
    expect(await ids()).toContain(plan.rows[0]!.id);
    await keep(page, 'zh-light-sites-kinds');
  });

  test.each([['zh', 'light'], ['zh', 'dark'], ['en', 'dark'], ['en', 'light']])('is accessible, fits and speaks the language: %s, %s', async (language, theme) => {
    await dress(page, language, theme);
    await items().first().locator('.main').click();
    await settledMap(page);
    const headings = (await page.locator('.plan h3').allInnerTexts()).join(' ');
    expect(/[\u4e00-\u9fff]/.test(headings), headings).toBe(language === 'zh');
    await expectAccessible(page, `${language}, ${theme}, sites`);
    const wide = await page.locator('.side-scroll').evaluate((e) => e.scrollWidth - e.clientWidth);
    expect(wide, 'wider than its panel').toBeLessThanOrEqual(0);
    await page.locator('.side-scroll').evaluate((e) => e.scrollTo(0, 250));
    await keep(page, `${language}-${theme}-sites-form`);
  });

  test.each([['en-light-tablet-820x1180-sites', 820, 1180], ['en-light-1280x720-sites', 1280, 720]])('fits %s', async (name, width, height) => {
    await page.setViewportSize({ width, height });
    await settledMap(page);
    await keep(page, name);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await page.setViewportSize(SIZE);
  });

  test('no error was logged and nothing was asked of another host', () => {
    expect(visit.complaints.filter((c) => !c.includes('422'))).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});
