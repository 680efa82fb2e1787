import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, keep, settledMap } from './chromium';
import { geotiff } from './geotiff';
import { BINARY, serve } from './server';
import { dress, expectAccessible, startVisit, visitOf, type Visit } from './visit';

const executable = findChromium();
if (!executable) console.log('skip: no Chromium found; install one or name it in CHROMIUM');

interface Dropped {
  name: string;
  /** Text, or bytes. */
  body: string | readonly number[];
}

/** Drops files on the page as a hand would: over it, then let go. */
async function drop(page: Page, files: readonly Dropped[]) {
  await page.evaluate((list) => {
    const data = new DataTransfer();
    for (const { name, body } of list) data.items.add(new File([typeof body === 'string' ? body : new Uint8Array(body)], name));
    for (const kind of ['dragover', 'drop']) {
      document.querySelector('[data-testid=drop]')!.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
  }, files);
}

const text = (page: Page, id: string) => page.getByTestId(id).innerText();

// Two primary schools in the middle of the sample, a tea house that is no kind of
// ours, and a school without a place: of four rows two are set aside. The column
// of names is one that no rule of the import knows.
const SCHOOLS = [
  '编号,校名,类别,经度,纬度',
  'n1,东一小,学校,105.0702,29.5902',
  'n2,东二小,学校,105.0752,29.5882',
  'n3,老茶馆,茶馆,105.0722,29.5892',
  'n4,东四小,学校,,',
].join('\n');

describe.skipIf(!executable)('files dropped on the sample', () => {
  let visit: Visit;
  let page: Page;
  const snapshot = async () => {
    const study = (await (await fetch(`${visit.server.url}/api/v1/studies/dongxing-sample`)).json()) as { snapshot: string; counts: Record<string, number> };
    return study;
  };

  beforeAll(async () => {
    visit = await startVisit(executable!, { width: 1440, height: 900 });
    page = visit.page;
    page.setDefaultTimeout(60_000);
    await page.goto(`${visit.server.url}/?tab=data`);
    await page.getByTestId('drop').waitFor({ timeout: 120_000 });
  });
  afterAll(() => visit?.end());

  test('columns, encoding and coordinates are told, each guess marked', async () => {
    await drop(page, [{ name: '学校.csv', body: SCHOOLS }]);
    await page.getByTestId('import-aside').waitFor();
    expect(await page.getByTestId('import-layer').locator('select').inputValue()).toBe('facilities');
    expect(await page.getByTestId('import-encoding').locator('select').inputValue()).toBe('utf-8');
    expect(await page.getByTestId('import-field-x').locator('select').inputValue()).toBe('经度');
    expect(await page.getByTestId('import-field-x').innerText()).toContain('推测');
  });

  test('a system that cannot be told is asked for before anything is checked', async () => {
    // Four places do not tell WGS 84 from others as a rule; either it is a guess, or it must be confirmed.
    const confirm = page.getByTestId('import-crs-confirm');
    if (await confirm.count()) expect(await page.getByTestId('import-check').isDisabled()).toBe(true);
    await page.getByTestId('import-crs').locator('select').selectOption('EPSG:4326');
    await page.getByTestId('import-crs').getByText('已选定').waitFor();
    expect(await page.getByTestId('import-check').isEnabled()).toBe(true);
  });

  test('kinds are matched by name; rows that are set aside have a reason, a remedy and a place', async () => {
    const tea = page.getByTestId('import-kind-of-茶馆');
    await expect.poll(() => page.getByTestId('import-kind-of-学校').inputValue()).toBe('school');
    await tea.selectOption('-');
    await page.getByTestId('import-aside').getByText('类别不在对照表里').waitFor();
    const aside = await text(page, 'import-aside');
    expect(aside).toContain('没有可用的坐标');
    expect(aside).toContain('怎么办');
    expect(await text(page, 'import-preview')).toBe('2 行都已画在地图上');
    await page.getByTestId('import-issue').first().click();
    expect(await page.locator('li.open').innerText()).toContain('n3');
    await settledMap(page);
    await keep(page, 'import-aside');
    await expectAccessible(page, 'aside');
  });

  test('a column that was not understood is put right', async () => {
    const more = page.getByTestId('import-file').locator('details');
    await more.locator('summary').click();
    await page.getByTestId('import-field-name').locator('select').selectOption('校名');
    await page.getByTestId('import-field-name').getByText('已选定').waitFor();
    expect(await page.getByTestId('import-field-name').innerText()).toContain('东一小');
  });

  test('nothing changes by a check, nor when all is called off', async () => {
    const before = await snapshot();
    await page.getByTestId('import-check').click();
    await page.getByTestId('import-accept').waitFor({ timeout: 60_000 });
    expect([await text(page, 'total-read'), await text(page, 'total-used'), await text(page, 'total-aside')]).toEqual(['4', '2', '2']);
    expect(await text(page, 'import-totals')).toContain('账目相符');
    await keep(page, 'import-totals');
    expect(await snapshot()).toEqual(before);
    await page.getByTestId('import-cancel').click();
    expect(await page.getByTestId('import-file').count()).toBe(0);
    expect(await snapshot()).toEqual(before);
  });

  test('a raster of people is summed by zones, and can be by others', async () => {
    const before = await snapshot();
    // Eight cells of 100 people, a kilometer wide, over the middle of the sample and beyond it.
    const raster = geotiff([[100, 100, 100, 100], [100, 100, 100, 100]], { west: 105.06, north: 29.6, cell: 0.01 });
    const zone = page.getByTestId('import-zone').locator('select');
    await drop(page, [{ name: 'worldpop.tif', body: [...raster] }]);
    await page.getByTestId('import-aside').waitFor();
    expect(await page.getByTestId('import-layer').locator('select').inputValue()).toBe('demand');
    expect(await page.getByTestId('import-crs').innerText()).toContain('文件');
    expect(await zone.inputValue()).toBe('grid');
    expect(await page.getByTestId('import-zone').innerText()).toContain('推测');
    await zone.selectOption('community');
    await page.getByTestId('import-zone').getByText('已选定').waitFor();
    expect(await text(page, 'import-preview')).toMatch(/^[1-8] 行都已画在地图上$/);
    await settledMap(page);
    await keep(page, 'import-raster');
    await expectAccessible(page, 'raster');
    await page.getByTestId('import-check').click();
    await page.getByTestId('import-accept').waitFor({ timeout: 60_000 });
    const [read, used, aside] = await Promise.all(['total-read', 'total-used', 'total-aside'].map((id) => text(page, id)));
    expect(Number(read)).toBe(8);
    expect(Number(used) + Number(aside)).toBe(8);
    expect(Number(used)).toBeGreaterThan(0);
    expect(await text(page, 'import-totals')).toContain('账目相符');
    await page.getByTestId('import-cancel').click();
    expect(await snapshot()).toEqual(before);
  });

  test('faulty rows stop it, are told all at once, and can be left out', async () => {
    await drop(page, [{ name: 'bad.csv', body: 'id,kind,x,y\nb1,school,105.0702,29.5902\nb2,school,east,29.59\nb3,school,105.07,129\n' }]);
    await page.getByTestId('import-crs').locator('select').selectOption('EPSG:4326');
    await page.getByTestId('import-leave-out').waitFor();
    expect(await page.getByTestId('import-leave-out').innerText()).toContain('2');
    await page.getByTestId('import-check').click();
    await page.getByTestId('import-totals').getByText('2 处要先改').waitFor({ timeout: 60_000 });
    expect(await page.getByTestId('import-accept').count()).toBe(0);
    await page.getByTestId('import-leave-out').click();
    await page.getByTestId('import-aside').getByText('没有不采用的行').waitFor();
    await page.getByTestId('import-cancel').click();
  });

  test('accepted, it is the next version, and the figures change', async () => {
    const before = await snapshot();
    expect(before.counts.facilities).toBeGreaterThan(2);
    await drop(page, [{ name: '学校.csv', body: SCHOOLS }]);
    await page.getByTestId('import-kind-of-茶馆').waitFor();
    await page.getByTestId('import-crs').locator('select').selectOption('EPSG:4326');
    await page.getByTestId('import-crs').getByText('已选定').waitFor();
    await page.getByTestId('import-kind-of-茶馆').selectOption('-');
    await page.getByTestId('import-aside').getByText('类别不在对照表里').waitFor();
    await page.getByTestId('import-check').click();
    await page.getByTestId('import-accept').click({ timeout: 60_000 });
    await page.getByTestId('import-done').waitFor({ timeout: 60_000 });
    expect(await text(page, 'import-done')).toContain('2 行');
    const after = await snapshot();
    expect(after.snapshot).not.toBe(before.snapshot);
    expect(after.counts).toEqual({ ...before.counts, facilities: 2 });
    await page.locator('code', { hasText: after.snapshot }).first().waitFor();
  });

  test.each([['en', 'dark', 1440, 900], ['zh', 'light', 1280, 720], ['en', 'light', 820, 1180]] as const)('it is as good in %s, %s, at %i by %i', async (language, theme, width, height) => {
    await page.setViewportSize({ width, height });
    await dress(page, language, theme);
    await drop(page, [{ name: '学校.csv', body: SCHOOLS }]);
    await page.getByTestId('import-aside').scrollIntoViewIfNeeded();
    await expectAccessible(page, `${language} ${theme} ${width}`);
    await keep(page, `import-${language}-${theme}`);
  });

  test('nothing was asked of others, and nothing went wrong', () => {
    expect(visit.strangers).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });
});

// Two streets that cross, a community about them, thirty people, a school.
const VILLAGE: Dropped[] = [
  {
    name: 'roads.osm',
    body: '<?xml version="1.0"?><osm version="0.6"><node id="1" lon="105.000" lat="29.500"/><node id="2" lon="105.004" lat="29.500"/><node id="3" lon="105.002" lat="29.500"/><node id="4" lon="105.002" lat="29.503"/>' +
      '<way id="10"><nd ref="1"/><nd ref="3"/><nd ref="2"/><tag k="highway" v="residential"/></way><way id="11"><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/></way></osm>',
  },
  {
    name: '社区边界.geojson',
    body: '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"c1","name":"河湾社区"},"geometry":{"type":"Polygon","coordinates":[[[104.999,29.499],[105.005,29.499],[105.005,29.504],[104.999,29.504],[104.999,29.499]]]}}]}',
  },
  { name: '人口.csv', body: '编号,经度,纬度,人口\np1,105.001,29.5001,20\np2,105.002,29.502,10\n' },
  { name: '学校.csv', body: '编号,名称,类别,经度,纬度\ns1,河湾小学,学校,105.003,29.5001\n' },
];

describe.skipIf(!executable)('a new study of dropped files', () => {
  let visit: Visit;
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), 'kaimen-import-'));

  beforeAll(async () => {
    visit = await visitOf(await serve(BINARY, ['--store', join(folder, 'empty.gpkg')]), executable!, { width: 1440, height: 900 });
    page = visit.page;
    page.setDefaultTimeout(60_000);
    await page.goto(visit.server.url);
    await page.getByTestId('drop').waitFor({ timeout: 30_000 });
  });
  afterAll(async () => {
    await visit?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('an empty server says what to do', async () => {
    await keep(page, 'import-empty');
    await expectAccessible(page, 'empty');
  });

  test('files of four layers make a study that answers', async () => {
    await drop(page, VILLAGE);
    await expect.poll(() => page.getByTestId('import-aside').count(), { timeout: 30_000 }).toBe(4);
    const layers = await page.getByTestId('import-layer').locator('select').evaluateAll((list) => list.map((s) => (s as HTMLSelectElement).value));
    expect(layers.sort()).toEqual(['boundaries', 'demand', 'facilities', 'roads']);
    // Tables without a study to compare with: the system must be said.
    const confirm = page.getByTestId('import-crs-confirm');
    expect(await confirm.count()).toBe(2);
    for (const left of [1, 0]) {
      await confirm.first().click();
      await expect.poll(() => confirm.count(), { timeout: 30_000 }).toBe(left);
    }
    await page.getByLabel('研究区名称').fill('Bend village');
    expect(await page.getByLabel('代号').inputValue()).toBe('bend-village');
    await page.getByTestId('import-check').click();
    await page.getByTestId('import-accept').waitFor({ timeout: 60_000 });
    await keep(page, 'import-new-study');
    await expectAccessible(page, 'new study');
    expect(await (await fetch(`${visit.server.url}/api/v1/studies`)).json()).toMatchObject({ studies: [] });
    await page.getByTestId('import-accept').click();
    await page.getByText('30 人').filter({ visible: true }).first().waitFor({ timeout: 60_000 });
    await page.getByTestId('map').waitFor();
    await settledMap(page);
    await keep(page, 'import-village');
    expect(new URL(page.url()).searchParams.get('study')).toBe('bend-village');
  });

  test('nothing was asked of others, and nothing went wrong', () => {
    expect(visit.strangers).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });
});
