import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Completeness, Coverage, Disagreements, Distribution, Equity } from '../../src/api/types';
import { count, percent } from '../../src/i18n/format';
import { findChromium, keep } from './chromium';
import { asked, dress, expectAccessible, startVisit, type Visit } from './visit';

const executable = findChromium();
if (!executable) console.log('skip: no Chromium found; install one or name it in CHROMIUM');

const SLOW = 60_000;
/** Many pictures of a map drawn in software take minutes on a busy machine. */
const PATIENCE = 360_000;
const QUESTION = { kind: 'pocket_park', level: 'community', profile: 'walk', cohort: 'people', cutoff_min: 15 };

/** The texts of the entries of a zip whose names match, by the directory at its end. */
function unzip(file: Buffer, name: RegExp): string[] {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06'));
  let at = file.readUInt32LE(end + 16);
  const found: string[] = [];
  for (let n = file.readUInt16LE(end + 10); n > 0; n--) {
    const [method, packed, nameSize, extra, note, local] = [
      file.readUInt16LE(at + 10), file.readUInt32LE(at + 20), file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32), file.readUInt32LE(at + 42),
    ] as [number, number, number, number, number, number];
    if (name.test(file.toString('utf8', at + 46, at + 46 + nameSize))) {
      const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
      const body = file.subarray(from, from + packed);
      found.push((method === 8 ? inflateRawSync(body) : body).toString('utf8'));
    }
    at += 46 + nameSize + extra + note;
  }
  return found;
}

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('the drawer', () => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await startVisit(executable!, { width: 1440, height: 900 });
    visit.page.setDefaultTimeout(SLOW);
  });
  afterAll(() => visit?.end());

  const drawer = () => visit.page.getByTestId('table');
  const query = () => new URL(visit.page.url()).searchParams;
  const cell = (id: string, key: string) => drawer().locator(`[data-id="${id}"] [data-key="${key}"]`);
  const choose = (view: string) => drawer().locator(`[data-choice=${view}]`).click();
  const open = async (search: string) => {
    await visit.page.goto(`${visit.server.url}/?kind=pocket_park&level=community&min=15&table=open${search}`);
    await visit.page.getByTestId('answer').waitFor();
  };
  const coverage = () => asked<Coverage>(visit.server, 'coverage', { ...QUESTION, f: 'json' });

  test('the totals of the table are the totals of the answer', async () => {
    await open('');
    const { totals, rows, outside } = await coverage();
    expect(outside ?? null, 'every home lies in a community, so the rows add up').toBeNull();
    const sum = (key: string) => drawer().getByTestId('totals').locator(`[data-key=${key}]`).innerText();
    await drawer().getByTestId('totals').waitFor();
    expect(await sum('demand')).toBe(count(totals.demand));
    expect(await sum('uncovered')).toBe(count(totals.uncovered));
    expect(await sum('coverage_rate')).toBe(percent(totals.coverage_rate));
    expect(await drawer().getByRole('grid').getAttribute('aria-rowcount')).toBe(String(rows.length + 1));
    await keep(visit.page, 'zh-light-1440x900-table');
  }, PATIENCE);

  test('a limit on figures keeps just the rows within it, and is in the address', async () => {
    await drawer().getByTestId('filter').click();
    await drawer().getByRole('combobox', { name: '哪一列' }).selectOption('coverage_rate');
    await drawer().getByRole('combobox', { name: '不少于还是不多于' }).selectOption('most');
    await drawer().getByRole('spinbutton', { name: '数值' }).fill('80');
    await visit.page.keyboard.press('Enter');
    const { rows } = await coverage();
    const low = rows.filter((r) => r.coverage_rate !== null && r.coverage_rate <= 0.8);
    expect(low.length).toBeGreaterThan(0);
    expect(low.length).toBeLessThan(rows.length);
    await expect.poll(() => drawer().getByRole('grid').getAttribute('aria-rowcount')).toBe(String(low.length + 1));
    expect(query().get('where')).toBe('coverage_rate:..80');
    await visit.page.keyboard.press('Escape');
    await drawer().getByTestId('download').click();
    expect(await drawer().innerText(), 'the file is said to hold more').toContain(`文件包含全部 ${rows.length} 行`);
    await visit.page.keyboard.press('Escape');
    await drawer().getByRole('button', { name: '清除条件' }).click();
    await expect.poll(() => drawer().getByRole('grid').getAttribute('aria-rowcount')).toBe(String(rows.length + 1));
  });

  test('a column is added and its figures are those of the answer', async () => {
    await drawer().getByTestId('columns').click();
    await drawer().locator('[data-choose=max_m]').check();
    await visit.page.keyboard.press('Escape');
    const { rows } = await coverage();
    const row = rows.find((r) => r.max_m !== null)!;
    await drawer().locator('input[type=search]').fill(row.id);
    expect(await cell(row.id, 'max_m').innerText()).toBe(count(row.max_m!));
    await expect.poll(() => query().get('columns')).toContain('max_m');
    await drawer().getByRole('button', { name: '清除条件' }).click();
  });

  test('the keyboard alone walks the cells, and opens a zone', async () => {
    const { page } = visit;
    await drawer().locator('[data-cell="0:0"]').focus();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-cell'));
    for (const [key, cellAt] of [['ArrowDown', '1:0'], ['ArrowRight', '1:1'], ['ArrowUp', '0:1'], ['ArrowUp', '-1:1'], ['ArrowDown', '0:1'], ['Home', '0:0']] as const) {
      await page.keyboard.press(key);
      await expect.poll(focused, { message: key }).toBe(cellAt);
    }
    const rows = Number(await drawer().getByRole('grid').getAttribute('aria-rowcount')) - 1;
    await page.keyboard.press('Control+End');
    await expect.poll(focused, { message: 'the last row is drawn when it is gone to' }).toMatch(new RegExp(`^${rows - 1}:`));
    expect(await drawer().locator('[data-cell][tabindex="0"]').count(), 'one stop for the Tab key').toBe(1);
    const id = await page.evaluate(() => document.activeElement!.closest('tr')!.getAttribute('data-id'));
    await page.keyboard.press('Enter');
    await expect.poll(() => query().get('zone')).toBe(id);
    await page.getByTestId('details').waitFor();
  });

  test('a row that is pointed at is a zone that the map marks, and its edge moves by keys', async () => {
    await drawer().getByTestId('edge').focus();
    const before = (await drawer().boundingBox())!.height;
    for (let i = 0; i < 4; i++) await visit.page.keyboard.press('ArrowUp');
    await expect.poll(async () => (await drawer().boundingBox())!.height).toBeGreaterThan(before + 100);
    await expect.poll(() => query().get('tall')).toBeTruthy();
  });

  test.each([['csv'], ['xlsx'], ['geojson']])('a download as %s is what it is said to be, with every row', async (form) => {
    await drawer().getByTestId('download').click();
    const [download] = await Promise.all([visit.page.waitForEvent('download'), drawer().locator(`[data-form=${form}]`).click()]);
    const file = readFileSync((await download.path())!);
    await visit.page.keyboard.press('Escape');
    const { rows } = await coverage();
    if (form === 'csv') {
      expect(file.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
      expect(file.toString().trim().split('\n').length).toBe(rows.length + 1);
    } else if (form === 'xlsx') {
      expect(file.subarray(0, 4).toString()).toBe('PK\x03\x04');
      const [sheet] = unzip(file, /^xl\/worksheets\/sheet1\.xml$/);
      expect(sheet!.match(/<row[ >]/g)!.length).toBeGreaterThanOrEqual(rows.length + 1);
    } else {
      expect((JSON.parse(file.toString()) as { features: unknown[] }).features.length).toBe(rows.length);
    }
  });

  test('the charts tell what the server says', async () => {
    await open('&tall=70');
    await choose('charts');
    await expect.poll(() => query().get('drawer')).toBe('charts');
    const within = visit.page.getByTestId('within');
    await within.waitFor();
    const { totals } = await coverage();
    await expect.poll(() => within.innerText()).toContain(percent(totals.coverage_rate));
    // By the slider, ten steps back, the question becomes five minutes.
    const slider = visit.page.getByTestId('cutoff');
    for (let i = 0; i < 10; i++) await slider.press('ArrowLeft');
    await expect.poll(() => query().get('min')).toBe('5');
    const five = await asked<Coverage>(visit.server, 'coverage', { ...QUESTION, cutoff_min: 5, f: 'json' });
    await expect.poll(() => within.innerText()).toContain(percent(five.totals.coverage_rate));
    const all = await asked<Distribution>(visit.server, 'distribution', { ...QUESTION, cutoff_min: 5 });
    for (const minutes of [5, 15]) {
      const at = await asked<Coverage>(visit.server, 'coverage', { ...QUESTION, cutoff_min: minutes, f: 'json' });
      expect(all.rows[minutes - 1]!.within_rate, `${minutes} minutes`).toBe(at.totals.coverage_rate);
    }
    const equity = await asked<Equity>(visit.server, 'equity', { ...QUESTION, cutoff_min: 5 });
    await expect.poll(() => visit.page.getByTestId('charts').innerText()).toContain(equity.summary.gini!.toFixed(2));
    const circle = await asked<Completeness>(visit.server, 'completeness', { level: 'community' });
    const bars = visit.page.getByTestId('by-count').locator('li');
    await expect.poll(() => bars.count()).toBe(circle.summary.by_count.length);
    const first = visit.page.getByTestId('ranking').locator('button').first();
    const lowest = five.rows.filter((r) => r.coverage_rate !== null).sort((a, b) => a.coverage_rate! - b.coverage_rate! || b.uncovered - a.uncovered)[0]!;
    expect(await first.innerText()).toContain(lowest.name);
    await keep(visit.page, 'zh-light-1440x900-charts');
    await first.click();
    await expect.poll(() => query().get('zone')).toBe(lowest.id);
  });

  test('several kinds stand side by side, and a cell asks about its kind', async () => {
    await open('&tall=60&drawer=kinds&beside=school,clinic');
    const table = visit.page.getByTestId('kind-table');
    await table.waitFor();
    const both = await asked<Completeness>(visit.server, 'completeness', { level: 'community', cutoff_min: 15, needs: 'clinic,school' });
    const sum = (key: string) => table.getByTestId('totals').locator(`[data-key=${key}]`).innerText();
    expect(await sum('all')).toBe(percent(both.summary.complete_rate));
    for (const kind of ['school', 'clinic']) {
      expect(await sum(kind)).toBe(percent(both.summary.by_need.find((n) => n.need === `${kind}:1`)!.coverage_rate));
    }
    await keep(visit.page, 'zh-light-1440x900-kinds');
    const id = (await table.locator('tbody tr[data-id]').first().getAttribute('data-id'))!;
    await table.locator(`[data-id="${id}"] [data-key=school]`).click();
    await expect.poll(() => [query().get('kind'), query().get('zone')]).toEqual(['school', id]);
  });

  test('the two rules are told side by side; a cutoff that has one only says so', async () => {
    // At an elder's pace 1,000 m take longer than 15 minutes.
    await open('&tall=45&drawer=tworules&profile=elder');
    const rules = visit.page.getByTestId('rules');
    await rules.waitFor();
    const { summary } = await asked<Disagreements>(visit.server, 'disagreements', { ...QUESTION, profile: 'elder' });
    expect(summary.distance_only).toBeGreaterThan(0);
    for (const n of [summary.both, summary.time_only, summary.distance_only, summary.neither]) {
      expect(await rules.innerText()).toContain(`${count(n)} 人`);
    }
    expect(await rules.innerText()).toContain('只按路程(1,000 米)能到');
    expect(await rules.locator('tbody tr[data-id]').count(), 'zones where they differ').toBeGreaterThan(0);
    await keep(visit.page, 'zh-light-1440x900-rules');
    await visit.page.goto(`${visit.server.url}/?kind=pocket_park&level=community&min=7&table=open&drawer=tworules`);
    await visit.page.getByRole('button', { name: '改问 15 分钟' }).click();
    await rules.waitFor();
  });

  const shown = () => visit.page.locator('#zone-table [role=grid], #zone-table [data-testid=within], #zone-table [data-testid=rules]').first();

  test.each([['zh', 'light'], ['en', 'dark']])('has no faults that axe finds in %s, %s', async (language, theme) => {
    await open('&tall=60');
    await dress(visit.page, language, theme);
    for (const view of ['table', 'charts', 'kinds', 'tworules']) {
      await choose(view);
      await expect.poll(() => query().get('drawer') ?? 'table').toBe(view);
      await shown().waitFor();
      await expectAccessible(visit.page, `${view} in ${language}, ${theme}`);
      await keep(visit.page, `${language}-${theme}-1440x900-drawer-${view}`);
    }
    await dress(visit.page, 'zh', 'light');
  }, PATIENCE);

  test.each([['1280x720', 1280, 720], ['tablet-820x1180', 820, 1180], ['3840x2160', 3840, 2160]])('fits %s', async (name, width, height) => {
    await visit.page.setViewportSize({ width, height });
    await open('&tall=50&lang=zh');
    for (const view of ['table', 'charts']) {
      await choose(view);
      await shown().waitFor();
      await keep(visit.page, `zh-light-${name}-drawer-${view}`);
      const overflow = await visit.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, view).toBeLessThanOrEqual(0);
    }
  }, PATIENCE);

  test('no error was logged and nothing was asked of another host', () => {
    expect(visit.complaints, 'errors in the console').toEqual([]);
    expect(visit.strangers, 'requests to other hosts').toEqual([]);
  });
});
