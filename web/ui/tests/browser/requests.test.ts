import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RequestCounts } from '../../src/api/types';
import { compare, findChromium, keep, settledMap } from './chromium';
import { asked, dress, expectAccessible, startVisit, type Visit } from './visit';

const executable = findChromium();
const LONG = 120_000;
const count = (n: number) => Math.round(n).toLocaleString('en-US');

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('requests of residents', () => {
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(executable!, { width: 1440, height: 900 });
    page = visit.page;
  });
  afterAll(() => visit?.end());

  const items = () => page.locator('.list .ask');
  const sentence = () => page.getByTestId('requests-sentence').innerText();
  const address = () => new URL(page.url()).searchParams;
  const ask = (more: Record<string, string> = {}) => asked<RequestCounts>(visit.server, 'requests', { level: 'study', ...more });

  test('that wait are told, listed with the oldest first, and drawn', { timeout: LONG }, async () => {
    await page.goto(`${visit.server.url}/?kind=school&tab=gaps&table=closed`);
    // By keyboard: nothing is clicked while the map still loads.
    await page.locator('[data-choice=requests]').press('Enter', { timeout: 60_000 });
    await items().first().waitFor({ timeout: 60_000 });
    expect(address().get('gaps')).toBe('requests');
    const { summary: s } = await ask({ states: 'open,doing' });
    expect(await sentence()).toBe(`${count(s.total)} 件:待派 ${count(s.open)},在办 ${count(s.doing)},办结 0,撤单 0。`);
    expect(await items().first().innerText()).toContain(`${s.oldest_open} 提`);
    // The marks of requests are no business of the header, whose badge is a word wide.
    expect((await page.getByTestId('synthetic').boundingBox())!.width).toBeGreaterThan(40);
    await settledMap(page);
    await keep(page, 'zh-light-requests');
  });

  test('by kind are as the server counts them, and one kind can be looked at, also on the map', { timeout: LONG }, async () => {
    const before = await settledMap(page);
    const { summary } = await ask();
    for (const k of summary.kinds) {
      expect(await page.locator(`tr[data-kind=${k.kind}] .num`).first().innerText()).toBe(count(k.open + k.doing));
    }
    await page.getByTestId('request-kind').selectOption('lighting');
    const want = await ask({ kinds: 'lighting', states: 'open,doing' });
    await expect.poll(sentence).toContain(`${count(want.summary.total)} 件`);
    expect(address().get('asked')).toBe('lighting');
    expect((await items().locator('b').allInnerTexts()).every((text) => text.startsWith('照明'))).toBe(true);
    const { changed } = await compare(visit.browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.001);
  });

  test('as many are listed as are counted, also by day and stage', { timeout: LONG }, async () => {
    await page.locator('[data-stage=done]').check();
    await page.locator('[data-day=since]').fill('2026-05-01');
    await expect.poll(() => address().get('since')).toBe('2026-05-01');
    const { summary } = await ask({ kinds: 'lighting', states: 'open,doing,done', since: '2026-05-01' });
    await expect.poll(sentence).toContain(`办结 ${count(summary.done)}`);
    for (;;) {
      const more = page.locator('[data-testid=requests] .list + .button');
      if ((await more.count()) === 0) break;
      await more.click();
    }
    expect(await items().count()).toBe(summary.total);
  });

  test('from a gap are marked, and can be looked at alone', { timeout: LONG }, async () => {
    const told = await page.getByTestId('requests-gap').innerText();
    const n = Number((/(\d+) 件/.exec(told) ?? [, '0'])[1]);
    expect(await items().locator('.gap').count()).toBe(n);
    await page.getByTestId('gap-only').check();
    expect(address().get('in_gap')).toBe('1');
    expect(await items().count()).toBe(Math.min(n, 10));
  });

  test('one chosen is selected and shown; a click on the map selects it, Escape ends it', { timeout: LONG }, async () => {
    await page.getByTestId('gap-only').uncheck();
    const id = await items().first().getAttribute('data-id');
    await items().first().locator('.main').click();
    await expect.poll(() => address().get('request')).toBe(id);
    await settledMap(page);
    await keep(page, 'zh-light-request');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.list .selected').count()).toBe(0);
    const box = (await page.getByTestId('map').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await expect.poll(() => page.locator('.list .selected').getAttribute('data-id')).toBe(id);
    await page.keyboard.press('Escape');
  });

  test.each([['zh', 'light'], ['zh', 'dark'], ['en', 'dark'], ['en', 'light']])('are accessible and speak the language: %s, %s', { timeout: LONG }, async (language, theme) => {
    await dress(page, language, theme);
    await settledMap(page);
    const heading = (await page.locator('#tab-panel h3').allInnerTexts()).join(' ');
    expect(/[\u4e00-\u9fff]/.test(heading), heading).toBe(language === 'zh');
    await expectAccessible(page, `${language}, ${theme}, requests`);
    await keep(page, `${language}-${theme}-requests`);
  });

  test('none that fit say so, and the conditions can be cleared', async () => {
    await dress(page, 'zh', 'light');
    await page.locator('[data-day=since]').fill('2030-01-01');
    await page.getByRole('button', { name: '清除条件' }).click();
    await items().first().waitFor();
    expect(address().get('since')).toBeNull();
  });

  test('no error was logged and nothing was asked of another host', () => {
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});
