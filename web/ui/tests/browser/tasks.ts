// The planner's tasks of docs/guide.md, each done by hand as the guide tells.

import type { Page } from 'playwright-core';
import { settledMap } from './chromium';

/** What the tasks are done with. */
export interface Subject {
  /** A kind that some lack. */
  kind: string;
  level: string;
  /** A share of the map's width and height where people live. */
  at: [number, number];
  /** The beginning of a name. */
  find: string;
}

export const SAMPLE: Subject = { kind: 'pocket_park', level: 'community', at: [0.42, 0.4], find: 'hq' };

/** A task: its name in the guide's pictures, where it begins, and what is done until the picture is taken. */
export interface Task {
  name: string;
  from(of: Subject): string;
  act(page: Page, of: Subject): Promise<void>;
}

async function clickMap(page: Page, [x, y]: [number, number]) {
  await settledMap(page);
  const box = (await page.getByTestId('map').boundingBox())!;
  await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
}

const SCHOOLS = [
  '编号,校名,类别,经度,纬度',
  'n1,东一小,学校,105.0702,29.5902',
  'n2,东二小,学校,105.0752,29.5882',
  'n3,老茶馆,茶馆,105.0722,29.5892',
  'n4,东四小,学校,,',
].join('\n');

export const TASKS: readonly Task[] = [
  {
    name: 'ask',
    from: ({ level }) => `?level=${level}&table=closed`,
    async act(page) {
      await page.locator('.sentence .word').filter({ hasText: '15' }).click();
      await page.locator('[role=option][data-value="min:10"]').waitFor();
    },
  },
  {
    name: 'place',
    from: ({ kind }) => `?kind=${kind}&level=grid&table=closed`,
    async act(page, { at }) {
      await clickMap(page, at);
      await page.getByTestId('needs').waitFor();
      await page.getByTestId('needs').locator('tbody tr').first().locator('button').click();
      await page.getByTestId('zoom').click();
    },
  },
  {
    name: 'facility',
    from: ({ kind, level }) => `?kind=${kind}&level=${level}&table=closed`,
    async act(page) {
      await page.getByTestId('rings').first().click();
      await page.getByTestId('rings-legend').waitFor();
    },
  },
  {
    name: 'gaps',
    from: ({ level }) => `?kind=school&level=${level}&table=closed`,
    async act(page) {
      await page.locator('#tab-gaps').click();
      await page.locator('.areas .area .main').first().click();
    },
  },
  {
    name: 'table',
    from: ({ kind, level }) => `?kind=${kind}&level=${level}`,
    async act(page) {
      await page.locator('[data-choice=table]').click();
      await page.getByTestId('totals').waitFor();
    },
  },
  {
    name: 'charts',
    from: ({ kind, level }) => `?kind=${kind}&level=${level}`,
    async act(page) {
      await page.locator('[data-choice=charts]').click();
      await page.getByTestId('charts').locator('svg').first().waitFor();
    },
  },
  {
    name: 'sites',
    from: ({ kind, level }) => `?kind=${kind}&level=${level}&m=500&table=closed`,
    async act(page) {
      await page.locator('#tab-sites').click();
      await page.getByTestId('find').click();
      await page.locator('.sites .site .main').first().click();
    },
  },
  {
    name: 'scenario',
    from: ({ kind, level }) => `?kind=${kind}&level=${level}&m=500&table=closed`,
    async act(page, { at }) {
      await page.locator('#tab-whatif').click();
      await page.locator('[data-choice=scenarios]').click();
      await page.getByTestId('scenarios').locator('.button').first().click();
      await page.locator('[data-tool=add]').click();
      await clickMap(page, at);
      await page.locator('[data-testid=compare] .sentence').waitFor();
    },
  },
  {
    name: 'roads',
    from: ({ level }) => `?kind=school&level=${level}&table=closed&tab=whatif&whatif=roads`,
    async act(page) {
      await page.locator('.list .road .main').first().click();
    },
  },
  {
    name: 'indicators',
    from: ({ level }) => `?level=${level}&table=closed`,
    async act(page) {
      await page.locator('#tab-indicators').click();
      await page.getByTestId('completeness').waitFor();
    },
  },
  {
    name: 'import',
    from: ({ level }) => `?level=${level}&table=closed`,
    async act(page) {
      await page.locator('#tab-data').click();
      await page.getByTestId('import-input').setInputFiles({ name: '学校.csv', mimeType: 'text/csv', buffer: Buffer.from(SCHOOLS) });
      await page.getByTestId('import-crs').locator('select').selectOption('EPSG:4326');
      await page.getByTestId('import-aside').waitFor();
      await page.getByTestId('import-aside').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'jobs',
    from: ({ level }) => `?kind=school&level=${level}&table=closed&tab=whatif&whatif=roads`,
    async act(page) {
      await page.locator('.list .road').first().waitFor();
      await page.getByTestId('jobs').click();
      await page.getByTestId('jobs-history').waitFor();
    },
  },
  {
    name: 'search',
    from: ({ level }) => `?level=${level}&table=closed`,
    async act(page, { find }) {
      await page.keyboard.press('/');
      await page.keyboard.type(find);
      await page.getByTestId('search').locator('[role=option]').first().waitFor();
    },
  },
  {
    name: 'print',
    from: ({ kind, level }) => `?kind=${kind}&level=${level}&table=closed`,
    async act(page) {
      await settledMap(page);
      await page.getByTestId('print').click();
      await page.locator('[data-testid=print-png]:not([disabled])').waitFor({ timeout: 300_000 });
    },
  },
];
