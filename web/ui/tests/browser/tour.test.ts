import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STOPS } from '../../src/tour/steps';
import { findChromium, keep } from './chromium';
import { dress, expectAccessible, startVisit, type Visit } from './visit';

const executable = findChromium();

// One visit, walked through in order: each test goes on where the last one stopped.
describe.skipIf(!executable)('the tour', () => {
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(executable!, { width: 1280, height: 720 });
    page = visit.page;
    page.setDefaultTimeout(60_000);
    await page.goto(`${visit.server.url}/`);
    await page.getByTestId('answer').waitFor();
  });
  afterAll(() => visit?.end());

  const card = () => page.getByTestId('tour');
  const number = () => new URL(page.url()).searchParams.get('tour');

  /** What is pointed at is seen whole, its ring about it and the card beside it. */
  async function expectSeen(name: string, at: string) {
    const found = page.locator(at).first();
    await found.waitFor();
    const inside = async () => {
      const [box, ring, size] = [await found.boundingBox(), await page.getByTestId('tour-ring').boundingBox(), page.viewportSize()!];
      if (!box || !ring) return 'not drawn';
      const holds = ring.x <= box.x && ring.y <= box.y && ring.x + ring.width >= box.x + box.width && ring.y + ring.height >= box.y + box.height;
      const seen = box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height;
      return `${holds ? 'ringed' : 'not ringed'}, ${seen ? 'seen' : 'not seen'}`;
    };
    await expect.poll(inside, { message: name }).toBe('ringed, seen');
    const [box, over] = [(await found.boundingBox())!, (await card().boundingBox())!];
    const apart = over.x >= box.x + box.width || over.x + over.width <= box.x || over.y >= box.y + box.height || over.y + over.height <= box.y;
    expect(apart, `the card leaves ${name} to be seen`).toBe(true);
  }

  test('is offered on the sample, and by keyboard leads from the question to the meeting', { timeout: 300_000 }, async () => {
    await page.getByRole('button', { name: '开始导览' }).press('Enter');
    for (const [i, stop] of STOPS.entries()) {
      await expect.poll(number).toBe(String(i + 1));
      await expect.poll(() => card().innerText()).toContain(`导览 ${i + 1} / ${STOPS.length}`);
      await expectSeen(stop.name, stop.at);
      expect(await card().evaluate((e) => e === document.activeElement), 'it is read out').toBe(true);
      if (stop.open.tab) expect(new URL(page.url()).searchParams.get('tab')).toBe(stop.open.tab);
      await expectAccessible(page, `stop ${stop.name}`);
      await keep(page, `zh-light-tour-${stop.name}`);
      await page.getByTestId('tour-next').press('Enter');
    }
    await expect.poll(() => card().count()).toBe(0);
    expect(number()).toBeNull();
  });

  test('takes at most two minutes to read', async () => {
    let characters = 0;
    for (let i = 1; i <= STOPS.length; i++) {
      await page.goto(`${visit.server.url}/?tour=${i}`);
      await card().waitFor();
      characters += (await card().locator('#tour-title, #tour-text').allInnerTexts()).join('').length;
    }
    // Chinese is read at some 300 to 500 characters a minute.
    expect(characters).toBeLessThan(2 * 400);
  });

  test('one may go back, leave at any time, come again by the question mark, and is not asked twice', async () => {
    await page.goto(`${visit.server.url}/?tour=2`);
    await card().getByRole('button', { name: '上一步' }).click();
    await expect.poll(number).toBe('1');
    await page.keyboard.press('Escape');
    await expect.poll(() => card().count()).toBe(0);
    await page.goto(`${visit.server.url}/`);
    await page.getByTestId('answer').waitFor();
    expect(await page.getByRole('button', { name: '开始导览' }).count()).toBe(0);
    await page.getByTestId('tour-start').click();
    await expect.poll(number).toBe('1');
    await page.goBack();
    await expect.poll(() => card().count()).toBe(0);
  });

  test('what it speaks of may be tried meanwhile; a second language and the dark are as good', async () => {
    await page.goto(`${visit.server.url}/?tour=1`);
    await card().waitFor();
    await dress(page, 'en', 'dark');
    await expect.poll(() => card().innerText()).toContain(`Tour 1 / ${STOPS.length}`);
    expect(await card().innerText()).not.toMatch(/[\u4e00-\u9fff]/);
    await page.locator('body').press('[');
    await expect.poll(() => new URL(page.url()).searchParams.get('min')).toBe('10');
    await expectAccessible(page, 'the tour, dark, English');
    await keep(page, 'en-dark-tour');
  });

  test('fits a tablet', async () => {
    await page.setViewportSize({ width: 820, height: 1180 });
    await page.goto(`${visit.server.url}/?tour=3`);
    await card().waitFor();
    const box = (await card().boundingBox())!;
    expect([box.x >= 0, box.y >= 0, box.x + box.width <= 820, box.y + box.height <= 1180]).toEqual([true, true, true, true]);
    await keep(page, 'zh-light-tour-tablet');
  });

  test('nothing went wrong in the console, and nothing was asked of others', () => {
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});
