import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Found } from '../../src/api/find';
import { findChromium, keep } from './chromium';
import { asked, dress, expectAccessible, startVisit, type Visit } from './visit';

const executable = findChromium();
const SIZE = { width: 1440, height: 900 };
const STUDY = '/api/v1/studies/dongxing-sample';

/** expect.poll, with patience for a busy machine. */
const eventually = <T>(look: () => T | Promise<T>, options = {}) => expect.poll(look, { timeout: 60_000, ...options });

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('jobs and the search', () => {
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(executable!, SIZE);
    page = visit.page;
    page.setDefaultTimeout(90_000);
    await page.goto(`${visit.server.url}/?kind=school`);
    await page.getByTestId('answer').waitFor({ timeout: 90_000 });
  });
  afterAll(() => visit?.end());

  const param = (name: string) => new URL(page.url()).searchParams.get(name);
  const input = () => page.getByTestId('search-input');
  const options = () => page.getByTestId('search').getByRole('option');
  const panel = () => page.getByTestId('jobs-panel');
  const items = () => page.getByTestId('jobs-history').locator('.job');

  /** Types into the search with the keyboard alone, and waits for a choice of this id. */
  async function look(text: string, id: string) {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('/');
    await page.keyboard.type(text);
    await page.getByTestId('search').locator(`[data-id="${id}"]`).waitFor();
  }

  /** Goes down the list to a choice, and takes it. */
  async function take(id: string) {
    for (let steps = 0; steps < 40; steps++) {
      await page.keyboard.press('ArrowDown');
      const active = await input().getAttribute('aria-activedescendant');
      if ((await page.locator(`[id="${active}"]`).getAttribute('data-id')) === id) return page.keyboard.press('Enter');
    }
    throw new Error(`${id} was not reached by arrow keys`);
  }

  /** Asks for an answer as a job, as any client of the server may. */
  async function order(path: string): Promise<string> {
    const response = await fetch(`${visit.server.url}${STUDY}/${path}`, { headers: { Prefer: 'respond-async' } });
    expect(response.status, path).toBe(202);
    return ((await response.json()) as { id: string }).id;
  }

  test('a zone is found by a part of its name, by pinyin and by first letters, and opened', async () => {
    const { rows } = await asked<Found>(visit.server, 'search', { q: '麻柳坝社区', limit: 3 });
    const id = rows[0]!.id;
    for (const text of ['柳坝社', 'maliuba', 'MLB']) {
      await look(text, id);
      await input().fill('');
    }
    await look('mlb', id);
    await keep(page, 'zh-light-search');
    const before = param('at');
    await take(id);
    await eventually(() => param('zone')).toBe(id);
    expect(param('level')).toBe('community');
    expect(await page.getByTestId('details').getByRole('heading', { level: 2 }).innerText()).toBe('麻柳坝社区');
    await eventually(() => param('at')).not.toBe(before);
  });

  test('what was chosen is offered again while nothing is typed', async () => {
    await page.keyboard.press('/');
    await eventually(() => options().first().innerText()).toContain('麻柳坝社区');
    await page.keyboard.press('Escape');
    expect(await input().getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Escape');
    expect(param('zone'), 'Esc in the field leaves the details open').toBeTruthy();
  });

  test('a facility opens its panel, a kind changes the question, a tab is opened', async () => {
    const { rows } = await asked<Found>(visit.server, 'search', { q: '小学', limit: 12 });
    const school = rows.find((r) => r.group === 'facility')!;
    await look('小学', school.id);
    await take(school.id);
    await eventually(() => param('facility')).toBe(school.id);
    expect(await page.getByTestId('details').getByRole('heading', { level: 2 }).innerText()).toBe(school.name);
    await look('口袋公园', 'pocket_park');
    await take('pocket_park');
    await eventually(() => param('kind')).toBe('pocket_park');
    await look('缺口', 'gaps');
    await take('gaps');
    await eventually(() => param('tab')).toBe('gaps');
  });

  test('coordinates and roads are in the address, so that a link shows them again', async () => {
    await look('29.59, 105.06', '105.06000,29.59000');
    await page.keyboard.press('Enter');
    await eventually(() => param('found')).toBe('place/105.06000,29.59000');
    await eventually(() => (param('at') ?? '').split(',').slice(0, 2).map(Number).map((x) => Math.round(x * 100) / 100)).toEqual([105.06, 29.59]);
    // In GCJ-02 the same numbers are another place, some hundred meters off.
    await page.keyboard.press('/');
    await page.keyboard.type('gcj02: 29.59, 105.06');
    const shifted = page.getByTestId('search').locator('[data-group=place]');
    await eventually(() => shifted.getAttribute('data-id')).not.toBe('105.06000,29.59000');
    await input().fill('');
    const { rows } = await asked<Found>(visit.server, 'search', { q: '路', limit: 12 });
    const road = rows.find((r) => r.group === 'road')!;
    await look(road.name, road.id);
    await take(road.id);
    await eventually(() => param('found')).toBe(`road/${road.id}`);
    await keep(page, 'zh-light-search-road');
    await page.goBack();
    await eventually(() => param('found')).toBe('place/105.06000,29.59000');
  });

  test('what is not there is said, with what to try', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('没有这个地方');
    await eventually(() => page.getByTestId('search').innerText()).toContain('没有找到“没有这个地方”');
    await expectAccessible(page, 'search without result');
    await input().fill('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });

  test('without a job the panel says what jobs are', async () => {
    await page.getByTestId('jobs').click();
    await eventually(() => panel().innerText()).toContain('还没有任务');
    await expectAccessible(page, 'no jobs');
    await page.keyboard.press('Escape');
  });

  test('a search for sites runs, is counted in the header, and can be stopped', async () => {
    const id = await order('plans?kind=pocket_park&model=pmedian&p=12&sources=edge&every_m=50&details=false&deadline_s=600');
    await page.getByTestId('jobs').click();
    const job = page.getByTestId('jobs-running').locator(`[data-id="${id}"]`);
    await job.waitFor({ timeout: 90_000 });
    const text = await job.innerText();
    for (const part of ['选址计算', '口袋公园', '让大家走得最少', '12 处']) expect(text).toContain(part);
    await eventually(() => page.getByTestId('jobs').getAttribute('aria-label')).toContain('任务 1 个进行中');
    await eventually(() => job.getByRole('progressbar').getAttribute('aria-valuenow'), { timeout: 90_000 }).not.toBe('0');
    await keep(page, 'zh-light-jobs-running');
    await expectAccessible(page, 'a job that runs');
    await job.getByTestId('cancel-job').click();
    const over = page.getByTestId('jobs-history').locator(`[data-id="${id}"]`);
    await over.waitFor({ timeout: 90_000 });
    expect(await over.innerText()).toContain('已停止');
    await eventually(() => page.getByTestId('jobs').getAttribute('aria-label')).toBe('任务:没有进行中的');
    await page.keyboard.press('Escape');
  });

  test('one that ends while the panel is closed is told, and its answer opens on the page', async () => {
    // The list is read again when the window comes to the front.
    const id = await order('coverage?kind=clinic&level=street&cutoff_min=10&f=json');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await eventually(() => page.getByTestId('job-note').innerText(), { timeout: 90_000 }).toContain('覆盖率:已完成');
    await page.getByTestId('job-note').getByRole('button', { name: '查看' }).click();
    const done = page.getByTestId('jobs-history').locator(`[data-id="${id}"]`);
    await done.getByRole('link', { name: '在页面上打开' }).click();
    await page.getByTestId('answer').waitFor({ timeout: 90_000 });
    expect([param('kind'), param('level'), param('min')]).toEqual(['clinic', 'street', '10']);
  });

  test('one that failed says why, in the language of the page', async () => {
    const id = await order('coverage?kind=zoo&level=street&f=json');
    await page.getByTestId('jobs').click();
    const failed = page.getByTestId('jobs-history').locator(`[data-id="${id}"]`);
    await failed.waitFor({ timeout: 90_000 });
    const text = await failed.innerText();
    for (const part of ['失败', '设施类别', 'zoo', '按下面的说明改好']) expect(text).toContain(part);
    await page.getByTestId('job-state').selectOption('failed');
    await eventually(() => items().evaluateAll((all) => all.map((e) => e.getAttribute('data-state')))).toEqual(['failed']);
    await page.getByTestId('job-state').selectOption('');
    await eventually(() => items().count()).toBeGreaterThan(1);
  });

  const looks = [['zh', 'light'], ['zh', 'dark'], ['en', 'dark'], ['en', 'light']] as const;
  test.each(looks)('are accessible and speak the language: %s, %s', async (language, theme) => {
    await page.keyboard.press('Escape');
    await dress(page, language, theme);
    await page.getByTestId('jobs').click();
    await items().first().waitFor({ timeout: 90_000 });
    const names = (await panel().locator('strong, .state, h2, h3').allInnerTexts()).join(' ');
    expect(/[\u4e00-\u9fff]/.test(names), names).toBe(language === 'zh');
    await expectAccessible(page, `jobs, ${language}, ${theme}`);
    await keep(page, `${language}-${theme}-jobs`);
    await page.keyboard.press('Escape');
    await input().fill('school');
    await options().first().waitFor({ timeout: 90_000 });
    await expectAccessible(page, `search, ${language}, ${theme}`);
    await keep(page, `${language}-${theme}-search-school`);
    await input().fill('');
  });

  test.each([[1280, 720], [820, 1180], [768, 1024], [3840, 2160]])('the header fits at %i by %i', async (width, height) => {
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width, height });
    const header = page.locator('header.header');
    await eventually(() => header.evaluate((e) => e.scrollWidth - e.clientWidth)).toBeLessThanOrEqual(0);
    const boxes = await header.locator('> *').evaluateAll((all) =>
      all.map((e) => e.getBoundingClientRect()).filter((b) => b.width > 0 && b.height > 0 && b.top < 40).map((b) => [b.left, b.right] as const),
    );
    boxes.slice(1).forEach(([left], i) => expect(left, `what stands at place ${i + 2}`).toBeGreaterThanOrEqual(boxes[i]![1] - 1));
    await keep(page, `en-light-header-${width}`);
  });

  test('no error was logged and nothing was asked of another host', () => {
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});
