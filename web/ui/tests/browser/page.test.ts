import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Completeness, Equity, Overview, PerCapita } from '../../src/api/types';
import { compare, findChromium, keep, settledMap } from './chromium';
import type { Server } from './server';
import { asked, dress, expectAccessible, questionOf, startVisit, type Visit } from './visit';

const executable = findChromium();
if (!executable) console.log('skip: no Chromium found; install one or name it in CHROMIUM');

const SIZE = { width: 1440, height: 900 };

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('the page', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let strangers: string[];
  let visit: Visit;

  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE);
    ({ server, browser, page, complaints, strangers } = visit);
  });
  afterAll(() => visit?.end());

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
    await expect.poll(answer, { message: 'the answer follows the question' }).not.toBe(before.answer);
    expect(new URL(page.url()).searchParams.get('kind')).toBe(kind);
    const { changed } = await compare(browser, before.map, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.02);

    await page.goBack();
    await expect.poll(answer, { message: 'back brings the first answer' }).toBe(before.answer);
    await page.goForward();
    await expect.poll(answer).not.toBe(before.answer);
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
      expect.poll(() => page.locator('.rules .asked').innerText()).toContain(rule);
    await shown('时间规则 7 分钟');
    expect(await page.getByTestId('basis').count(), 'nothing sets a distance beside 7 minutes').toBe(0);
    const small = await share();
    await page.keyboard.press(']');
    await expect.poll(() => new URL(page.url()).searchParams.get('min')).toBe('10');
    await shown('时间规则 10 分钟');
    // The standard library marks the 500 m beside 10 minutes as verified.
    expect(await page.getByTestId('basis').innerText()).toMatch(/GB 50180-2018.*已核实$/);
    await expect.poll(share, { message: 'more minutes never reach fewer' }).toBeGreaterThanOrEqual(small);
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
    await page.locator('[data-testid=table] input[type=search]').fill(name!);
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
    // Of a long table only what is in sight is drawn: the grid tells how many rows it has.
    const rows = async () => Number(await page.locator('[data-testid=table] [role=grid]').getAttribute('aria-rowcount'));
    const all = await rows();
    const bar = page.locator('[data-testid=legend] .class').first();
    await bar.click();
    await expect.poll(() => new URL(page.url()).searchParams.get('class')).toBe('0');
    await expect.poll(rows).toBeLessThan(all);
    await page.getByRole('button', { name: '全部显示' }).click();
    await expect.poll(rows).toBe(all);
  });

  test('gaps lists places and marks them on the map', async () => {
    await page.mouse.move(5, 5);
    const before = await settledMap(page);
    await page.getByRole('tab', { name: '缺口' }).click();
    await page.locator('[data-choice=points]').click();
    await page.locator('.points li').first().waitFor({ timeout: 20_000 });
    const { changed } = await compare(browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.02);
    await keep(page, 'zh-light-gaps');
    await page.locator('.points button').first().click();
    await settledMap(page);
    await keep(page, 'zh-light-gap-place');
    await page.getByRole('button', { name: '看全区' }).click();
  });

  const question = () => questionOf(page);
  const percent = (rate: number) => `${(rate * 100).toFixed(1)} %`;
  const indicator = () => page.getByTestId('indicator').innerText();
  const openIndicator = (name: string) => page.locator(`[data-choice=${name}]`).click();

  test('indicators begin with the completeness of the circle, in a sentence, by need and on the map', async () => {
    await page.mouse.move(5, 5);
    await page.getByRole('tab', { name: '现状' }).click();
    const before = await settledMap(page);
    await page.keyboard.press('5');
    const sentence = page.getByTestId('completeness');
    await sentence.waitFor({ timeout: 20_000 });
    expect(new URL(page.url()).searchParams.get('tab')).toBe('indicators');

    const { cutoff_min: _, ...rest } = question();
    const { summary, rows } = await asked<Completeness>(server, 'completeness', { ...rest, circle: 'circle-15', rule: 'time' });
    const text = await sentence.innerText();
    for (const part of [percent(summary.complete_rate!), `全部 ${summary.needs} 类`, summary.mean_reached!.toFixed(1)]) {
      expect(text).toContain(part);
    }
    // A bar for each need, in the order of the circle, each with its rate.
    const bars = page.locator('[data-testid=indicator] .shares li');
    expect(await bars.locator('.figure').allInnerTexts()).toEqual(summary.by_need.map((n) => percent(n.coverage_rate!)));
    expect(await bars.first().innerText()).toMatch(/5 分钟内[^]*GB 50180-2018[^]*未核实/);
    // The worst zone stands first.
    const least = Math.min(...rows.map((r) => r.mean_reached ?? Infinity));
    expect(await page.getByTestId('fewest').locator('.figure').first().innerText()).toBe(`${least.toFixed(1)} / ${summary.needs} 类`);

    const { changed } = await compare(browser, before, await settledMap(page));
    expect(changed, 'share of the map that changed').toBeGreaterThan(0.02);
    expect(await page.getByTestId('legend').innerText()).toContain('够得着的类数');
  });

  test('a zone chosen among the worst is selected, and its own figures stand beside', async () => {
    await page.getByTestId('fewest').getByRole('button').first().click();
    const id = new URL(page.url()).searchParams.get('zone');
    await page.getByTestId('details').waitFor();
    const { cutoff_min: _, ...rest } = question();
    const { rows } = await asked<Completeness>(server, 'completeness', { ...rest, circle: 'circle-15', rule: 'time' });
    const row = rows.find((r) => r.id === id)!;
    expect(await indicator()).toContain(`${row.name}:`);
    const figures = await page.locator('[data-testid=indicator] .shares li').first().locator('.figure').allInnerTexts();
    expect(figures, 'study and zone').toHaveLength(2);
    const own = row.reach.elder_care!;
    expect(figures[1]).toContain(own === 0 ? '0 %' : percent(own));
    await page.keyboard.press('Escape');
  });

  test('the circle and its rule are chosen, kept in the address, and undone by the back button', async () => {
    const text = () => page.getByTestId('completeness').innerText();
    const before = await text();
    await page.getByTestId('circle').selectOption('circle-5');
    await expect.poll(text).toContain('全部 6 类');
    await page.getByTestId('circle-rule').selectOption('distance');
    await expect.poll(indicator).toContain('300 米内');
    expect(page.url()).toMatch(/circle=circle-5&rule=distance/);
    await page.goBack();
    await page.goBack();
    await expect.poll(text).toBe(before);
  });

  test('two rules stand side by side, and the own area beside what is within reach', async () => {
    await openIndicator('rules');
    const bars = (id: string) => page.getByTestId(id).locator('.figure').allInnerTexts();
    await page.getByTestId('own-area').waitFor({ timeout: 20_000 });
    const kind = new URL(page.url()).searchParams.get('kind')!;
    const { summary } = await asked<Overview>(server, 'overview', { ...question(), kinds: kind });
    const k = summary.kinds[0]!;
    expect(await bars('both-rules')).toEqual([percent(k.time_rate!), percent(k.distance_rate!)]);
    expect(await bars('own-area')).toEqual([k.own_area_rate === 1 ? '100 %' : percent(k.own_area_rate!), percent(k.time_rate!)]);
    for (const people of [k.holds_not_reaching, k.reaches_not_holding]) {
      expect(await indicator()).toContain(`${people.toLocaleString('en-US')} 人`);
    }
  });

  test('supply per head says what is needed, there and missing, or that nothing is known', async () => {
    await openIndicator('per_capita');
    const table = page.getByTestId('per-capita');
    await table.waitFor({ timeout: 20_000 });
    const { summary } = await asked<PerCapita>(server, 'per-capita', { level: question().level });
    expect(await table.locator('tbody').count()).toBe(summary.rules.length);
    for (const r of summary.rules) {
      const [need, have, short] = await table.locator(`[data-rule="${r.rule}"] .figures td`).allInnerTexts();
      const whole = (n: number) => Math.round(n).toLocaleString('en-US');
      expect(need, r.rule).toContain(whole(r.need));
      expect(have, r.rule).toContain(r.have === null ? '无数据' : whole(r.have));
      expect(short, r.rule).toContain(r.shortfall === null ? '无数据' : r.shortfall === 0 ? '够了' : whole(r.shortfall));
    }
  });

  test('equity has its measure, its ends, its cohorts and its curve', async () => {
    await openIndicator('equity');
    await page.getByTestId('gini').waitFor({ timeout: 20_000 });
    const kind = new URL(page.url()).searchParams.get('kind')!;
    const { summary } = await asked<Equity>(server, 'equity', { ...question(), kind });
    expect(await page.getByTestId('gini').innerText()).toContain(summary.gini!.toFixed(2));
    expect(await indicator()).toContain(summary.worst_name!);
    const shares = await page.getByTestId('cohorts').locator('.figure').allInnerTexts();
    expect(shares).toEqual(summary.cohorts.map((c) => percent(c.coverage_rate!)));
    const curve = page.locator('svg.lorenz');
    expect(await curve.getAttribute('aria-label')).toContain(summary.gini!.toFixed(2));
    await curve.scrollIntoViewIfNeeded();
    await keep(page, 'zh-light-lorenz');
  });

  test.each([
    ['zh', 'light'], ['zh', 'dark'], ['en', 'dark'], ['en', 'light'],
  ])('every indicator is accessible and speaks its language: %s, %s', async (language, theme) => {
    await dress(page, language, theme);
    for (const name of ['completeness', 'rules', 'per_capita', 'equity']) {
      await openIndicator(name);
      await page.getByTestId('indicator').waitFor({ timeout: 20_000 });
      // Names of places stay as they are; headings name none while no zone is selected.
      const heading = (await page.locator('[data-testid=indicator] h3').allInnerTexts()).join(' ');
      expect(/[\u4e00-\u9fff]/.test(heading), heading).toBe(language === 'zh');
      await expectAccessible(page, `${language}, ${theme}, ${name}`);
      await keep(page, `${language}-${theme}-${name}`);
    }
  });

  test('an indicator that is not answered says so and can be asked again', async () => {
    await page.getByTestId('language').click();
    await page.route('**/equity?*', (route) => route.fulfill({
      status: 422, contentType: 'application/problem+json', body: JSON.stringify({ code: 'invalid', detail: 'no' }),
    }));
    await choose(/^怎么去/, (profiles) => profiles.find((p) => p === 'bike')!);
    await page.getByRole('alert').waitFor({ timeout: 20_000 });
    await page.unroute('**/equity?*');
    await page.getByRole('button', { name: '再试一次' }).click();
    await page.getByTestId('gini').waitFor({ timeout: 20_000 });
    await page.goBack();
    // The refusal above is the one error that the console may hold.
    complaints.splice(0, complaints.length, ...complaints.filter((c) => !c.includes('422')));
  });

  test('data shows the layers, what was set aside and how zones fit', async () => {
    await page.getByRole('tab', { name: '数据' }).click();
    const panel = page.getByRole('tabpanel');
    for (const part of ['图层', '道路', '来源与核对', '账目相符', '分区的拼接']) {
      await expect.poll(() => panel.innerText(), { message: part }).toContain(part);
    }
    await keep(page, 'zh-light-data');
    // Its gates stand in two sources and became one each: nothing is missing, so nothing is warned of.
    expect(await page.locator('.small-print').innerText()).not.toContain('没有采用');
    expect(await panel.innerText()).toContain('并入 673');
    // The sample's streets, communities and grids tile each other; its buildings name no grid.
    const fit = page.getByTestId('fit');
    expect(await fit.count(), 'levels').toBe(4);
    expect(await fit.nth(2).innerText()).toMatch(/网格.*303 个[^]*没有空隙/);
    expect(await fit.nth(3).innerText()).toContain('按位置归属 4,787 个');
    await fit.nth(3).scrollIntoViewIfNeeded();
    await keep(page, 'zh-light-data-fit');
    await page.getByRole('tab', { name: '现状' }).click();
  });

  test('is accessible in Chinese, light', () => expectAccessible(page, 'Chinese, light'));

  test('is accessible in Chinese, dark', async () => {
    await page.getByTestId('theme').click();
    await expectAccessible(page, 'Chinese, dark');
  });

  test('is accessible in English, dark, with gaps and details open', async () => {
    await page.getByTestId('language').click();
    await page.getByRole('tab', { name: 'Gaps' }).click();
    await page.locator('[data-testid=table] tbody th button').first().click();
    await page.getByTestId('details').waitFor();
    await settledMap(page);
    await keep(page, 'en-dark-1440x900');
    await expectAccessible(page, 'English, dark, gaps and details');
  });

  test('is accessible in English, light, with data', async () => {
    await page.getByTestId('theme').click();
    await page.getByRole('tab', { name: 'Data' }).click();
    const issues = page.getByRole('button', { name: /^Show [\d,]+ issues/ });
    if (await issues.count()) await issues.click();
    await expectAccessible(page, 'English, light, data');
    await page.getByRole('tab', { name: 'Coverage' }).click();
  });

  test('is accessible in English, light, with a menu open', async () => {
    await page.getByRole('button', { name: /^Which kind of facility/ }).click();
    await keep(page, 'en-light-menu');
    await expectAccessible(page, 'English, light, menu');
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
    ['zh-light-1280x720', 1280, 720, ''],
    ['zh-light-tablet-820x1180', 820, 1180, ''],
    ['en-light-tablet-768x1024-indicators', 768, 1024, '?tab=indicators&indicator=per_capita&lang=en'],
    ['zh-light-2560x1440', 2560, 1440, ''],
  ])('fits %s without a sideways scroll', async (name, width, height, query) => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: 'light' });
    const other = await context.newPage();
    await other.goto(`${server.url}/${query}`);
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
