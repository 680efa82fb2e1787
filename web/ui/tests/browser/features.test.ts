import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from './chromium';
import type { Server } from './server';
import { expectAccessible, startVisit, type Visit } from './visit';

const executable = findChromium();
if (!executable) console.log('skip: no Chromium found; install one or name it in CHROMIUM');

// The pages of OGC API: of Features from the landing page to one feature, and of Processes.
describe.skipIf(!executable)('the pages of features', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let strangers: string[];
  let visit: Visit;

  beforeAll(async () => {
    visit = await startVisit(executable!, { width: 1100, height: 800 });
    ({ server, browser, page, complaints, strangers } = visit);
  });
  afterAll(() => visit?.end());

  test('links lead from the landing page to a feature, and every page is accessible', async () => {
    await page.goto(`${server.url}/ogc`);
    await expectAccessible(page, 'landing page');
    for (const [link, title] of [
      ['要素集 Collections', '要素集'],
      ['东兴区(示例) · 设施 / Dongxing (sample) · Facilities', '设施'],
      ['要素 Features (606)', '设施'],
      ['下一页 Next page', '设施'],
    ] as const) {
      await page.getByRole('link', { name: link, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      await expectAccessible(page, link);
    }
    await page.locator('tbody a').first().click();
    await page.getByRole('link', { name: '要素 Features', exact: true }).waitFor();
    await expectAccessible(page, 'a feature');
    for (const address of [
      '/api', '/conformance', '/collections/dongxing-sample.facilities/queryables', '/processes', '/processes/siting', '/processes/echo', '/jobs',
    ]) {
      await page.goto(`${server.url}/ogc${address}?f=html`);
      await expectAccessible(page, address);
    }
  });

  test('it is as good in the dark and on a telephone', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 700 });
    await page.goto(`${server.url}/ogc/collections/dongxing-sample.facilities/items`);
    await expectAccessible(page, 'items in the dark');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  test('nothing was asked of others, and nothing went wrong', () => {
    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
    expect(browser.isConnected()).toBe(true);
  });
});
