import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare, findChromium, keep, launch, settledMap } from './chromium';
import { startServer, type Server } from './server';

const executable = findChromium();
if (!executable) console.log('skip: no Chromium found; install one or name it in CHROMIUM');

const SIZE = { width: 1440, height: 900 };

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('the page', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const strangers: string[] = [];

  beforeAll(async () => {
    server = await startServer();
    browser = await launch(executable!);
    const context = await browser.newContext({ viewport: SIZE, colorScheme: 'light', locale: 'zh-CN' });
    page = await context.newPage();
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (e) => complaints.push(e.stack ?? e.message));
    page.on('request', (r) => {
      const inside = r.url().startsWith(server.url) || /^(data|blob):/.test(r.url());
      if (!inside) strangers.push(r.url());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const answer = () => page.getByTestId('answer').innerText();
  const rowNames = () => page.locator('[data-testid=table] tbody th').allInnerTexts();

  /** The word of the question whose menu changes one part of the address. */
  async function choose(label: RegExp, pick: (values: string[]) => string) {
    const word = page.getByRole('button', { name: label }).first();
    await word.click();
    const list = page.locator(`[id="${await word.getAttribute('popovertarget')}"]`);
    const options = list.locator('[role=option]');
    const values = await options.evaluateAll((all) => all.map((o) => o.getAttribute('data-value')!));
    const value = pick(values);
    await list.locator(`[role=option][data-value="${value}"]`).click();
    return value;
  }

  async function expectAccessible(where: string) {
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}: ${n.target.join(' ')}`));
    expect(found, `accessibility faults, ${where}`).toEqual([]);
  }

  test('opens with a question, an answer and a map', async () => {
    await page.goto(`${server.url}/`);
    await page.getByTestId('answer').waitFor({ timeout: 45_000 });
    expect(await answer()).toMatch(/[\d.]+ %\s*能到/);
    const map = await settledMap(page);
    const { colors } = await compare(browser, map, map);
    expect(colors, 'distinct colors on the map: a blank one has few').toBeGreaterThan(20);
    expect(new URL(page.url()).searchParams.get('kind'), 'the address names the question').toBeTruthy();
    await page.getByTestId('synthetic').waitFor();
    await keep(page, 'zh-light-1440x900');
  });

  test('another kind changes answer, map and address; the back button undoes it', async () => {
    const before = { answer: await answer(), map: await settledMap(page), url: page.url() };
    const asked = new URL(before.url).searchParams.get('kind');
    const kind = await choose(/^到哪类设施/, (kinds) => {
      const others = kinds.filter((k) => k !== asked);
      return others.includes('community_center') ? 'community_center' : others.at(-1)!;
    });
    await expect.poll(answer, { timeout: 20_000, message: 'the answer follows the question' }).not.toBe(before.answer);
    expect(new URL(page.url()).searchParams.get('kind')).toBe(kind);
    const { changed } = await compare(browser, before.map, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.02);

    await page.goBack();
    await expect.poll(answer, { timeout: 20_000, message: 'back brings the first answer' }).toBe(before.answer);
    await page.goForward();
    await expect.poll(answer, { timeout: 20_000 }).not.toBe(before.answer);
  });

  test('a typed cutoff is asked as typed', async () => {
    await page.getByRole('button', { name: /^多久或多远以内/ }).click();
    const field = page.locator('input[type=number]:visible');
    await field.fill('7');
    await field.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('min')).toBe('7');
    const share = async () => parseFloat(/([\d.]+) %/.exec(await answer())?.[1] ?? 'NaN');
    // The last answer stays until the next one is there: the rule beside it says which one is shown.
    const shown = (rule: string) =>
      expect.poll(() => page.locator('.rules .asked').innerText(), { timeout: 20_000 }).toContain(rule);
    await shown('时间规则 7 分钟');
    const small = await share();
    await page.keyboard.press(']');
    await expect.poll(() => new URL(page.url()).searchParams.get('min')).toBe('10');
    await shown('时间规则 10 分钟');
    await expect.poll(share, { timeout: 20_000, message: 'more minutes never reach fewer' }).toBeGreaterThanOrEqual(small);
  });

  test('the table sorts by any column and finds by name', async () => {
    const shares = () => page.locator('[data-testid=table] tbody .rate').allInnerTexts();
    await page.locator('[data-column=coverage_rate]').click();
    const falling = (await shares()).map(parseFloat).filter(Number.isFinite);
    expect(falling.length).toBeGreaterThan(1);
    expect(falling).toEqual([...falling].sort((a, b) => b - a));
    await page.locator('[data-column=coverage_rate]').click();
    const rising = (await shares()).map(parseFloat).filter(Number.isFinite);
    expect(rising).toEqual([...rising].sort((a, b) => a - b));

    const [name] = await rowNames();
    await page.keyboard.press('/');
    await page.keyboard.type(name!);
    await expect.poll(async () => (await rowNames()).every((n) => n.includes(name!))).toBe(true);
    await page.getByRole('button', { name: '清除条件' }).click();
    expect((await rowNames()).length).toBeGreaterThan(1);
  });

  test('a zone opened in the table is selected on the map, with its details', async () => {
    const before = await settledMap(page);
    const name = page.locator('[data-testid=table] tbody th button').first();
    const text = await name.innerText();
    await name.click();
    const details = page.getByTestId('details');
    expect(await details.getByRole('heading', { level: 2 }).innerText()).toBe(text);
    for (const part of ['覆盖率', '怎么算的', '能到的设施']) expect(await details.innerText()).toContain(part);
    const { changed } = await compare(browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.01);
    await keep(page, 'zh-light-details');
  });

  test('a click on the map opens what lies there', async () => {
    await page.keyboard.press('Escape');
    await page.getByTestId('details').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '看全区' }).click();
    await settledMap(page);
    const box = (await page.getByTestId('map').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.getByTestId('details').waitFor({ timeout: 10_000 });
    await page.keyboard.press('Escape');
  });

  test('the legend filters table and map by class', async () => {
    const all = (await rowNames()).length;
    const bar = page.locator('[data-testid=legend] .class').first();
    await bar.click();
    await expect.poll(() => new URL(page.url()).searchParams.get('class')).toBe('0');
    expect((await rowNames()).length).toBeLessThan(all);
    await page.getByRole('button', { name: '全部显示' }).click();
    expect((await rowNames()).length).toBe(all);
  });

  test('gaps lists places and marks them on the map', async () => {
    await page.mouse.move(5, 5);
    const before = await settledMap(page);
    await page.getByRole('tab', { name: '缺口' }).click();
    await page.locator('.points li').first().waitFor({ timeout: 20_000 });
    const { changed } = await compare(browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.02);
    await keep(page, 'zh-light-gaps');
    await page.locator('.points button').first().click();
    await settledMap(page);
    await keep(page, 'zh-light-gap-place');
    await page.getByRole('button', { name: '看全区' }).click();
  });

  test('data shows the layers, what was set aside and how zones fit', async () => {
    await page.getByRole('tab', { name: '数据' }).click();
    const panel = page.getByRole('tabpanel');
    for (const part of ['图层', '道路', '来源与核对', '账目相符', '分区的拼接']) {
      await expect.poll(() => panel.innerText(), { message: part }).toContain(part);
    }
    await keep(page, 'zh-light-data');
    // The sample's streets, communities and grids tile each other; its buildings name no grid.
    const fit = page.getByTestId('fit');
    expect(await fit.count(), 'levels').toBe(4);
    expect(await fit.nth(2).innerText()).toMatch(/网格.*303 个[^]*没有空隙/);
    expect(await fit.nth(3).innerText()).toContain('按位置归属 4,787 个');
    await fit.nth(3).scrollIntoViewIfNeeded();
    await keep(page, 'zh-light-data-fit');
    await page.getByRole('tab', { name: '现状' }).click();
  });

  test('is accessible in Chinese, light', () => expectAccessible('Chinese, light'));

  test('is accessible in Chinese, dark', async () => {
    await page.getByTestId('theme').click();
    await expectAccessible('Chinese, dark');
  });

  test('is accessible in English, dark, with gaps and details open', async () => {
    await page.getByTestId('language').click();
    await page.getByRole('tab', { name: 'Gaps' }).click();
    await page.locator('[data-testid=table] tbody th button').first().click();
    await page.getByTestId('details').waitFor();
    await settledMap(page);
    await keep(page, 'en-dark-1440x900');
    await expectAccessible('English, dark, gaps and details');
  });

  test('is accessible in English, light, with data', async () => {
    await page.getByTestId('theme').click();
    await page.getByRole('tab', { name: 'Data' }).click();
    const issues = page.getByRole('button', { name: /^Show [\d,]+ issues/ });
    if (await issues.count()) await issues.click();
    await expectAccessible('English, light, data');
    await page.getByRole('tab', { name: 'Coverage' }).click();
  });

  test('is accessible in English, light, with a menu open', async () => {
    await page.getByRole('button', { name: /^Which kind of facility/ }).click();
    await keep(page, 'en-light-menu');
    await expectAccessible('English, light, menu');
    await page.keyboard.press('Escape');
  });

  test('speaks English throughout once switched', async () => {
    expect(await answer()).toMatch(/[\d.]+ % can/);
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(await page.title()).toContain('Kaimen');
    const side = await page.locator('.tabs').innerText();
    expect(side).not.toMatch(/[\u4e00-\u9fff]/);
  });

  test('the address alone brings everything back', async () => {
    const context = await browser.newContext({ viewport: SIZE, colorScheme: 'light' });
    const other = await context.newPage();
    await other.goto(page.url());
    const text = other.getByTestId('answer');
    await text.waitFor({ timeout: 45_000 });
    expect(await text.innerText()).toBe(await answer());
    await other.getByTestId('details').waitFor();
    await context.close();
  });

  test.each([
    ['zh-light-1280x720', 1280, 720],
    ['zh-light-tablet-820x1180', 820, 1180],
    ['zh-light-2560x1440', 2560, 1440],
  ])('fits %s without a sideways scroll', async (name, width, height) => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: 'light' });
    const other = await context.newPage();
    await other.goto(`${server.url}/`);
    await other.getByTestId('answer').waitFor({ timeout: 45_000 });
    await settledMap(other);
    await keep(other, name);
    const overflow = await other.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await context.close();
  });

  test('an error says what happened and keeps the way back', async () => {
    const context = await browser.newContext({ viewport: SIZE, colorScheme: 'light' });
    const other = await context.newPage();
    await other.goto(`${server.url}/?kind=no_such_kind`);
    const alert = other.getByRole('alert');
    await alert.waitFor({ timeout: 45_000 });
    expect(await alert.innerText()).toContain('没有得到答案');
    await keep(other, 'zh-light-error');
    await other.getByRole('button', { name: '回到默认问题' }).click();
    await other.getByTestId('answer').waitFor({ timeout: 20_000 });
    await context.close();
  });

  test('no error was logged and nothing was asked of another host', () => {
    expect(complaints, 'errors in the console').toEqual([]);
    expect(strangers, 'requests to other hosts').toEqual([]);
  });
});
