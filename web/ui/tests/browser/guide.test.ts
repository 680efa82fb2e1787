import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, OUT, settledMap } from './chromium';
import { SAMPLE, TASKS } from './tasks';
import { startVisit, type Visit } from './visit';

const executable = findChromium();
const DOCS = fileURLToPath(new URL('../../../../docs/', import.meta.url));
const PICTURES = join(OUT, 'guide');

/** The pictures that the guide shows, in its order. */
const shown = [...readFileSync(join(DOCS, 'guide.md'), 'utf8').matchAll(/\]\(guide\/([\w-]+\.jpg)\)/g)].map((m) => m[1]!);

// Each task of docs/guide.md is done as it says; `make guide` puts the pictures into docs.
describe.skipIf(!executable)('the guide', () => {
  let visit: Visit;

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    visit = await startVisit(executable!, { width: 1280, height: 800 });
    visit.page.setDefaultTimeout(90_000);
    // The offer of the tour would stand in every picture.
    await visit.page.addInitScript(() => localStorage.setItem('kaimen.tour', 'declined'));
  });
  afterAll(() => visit?.end());

  describe.each(['zh', 'en'])('%s', (lang) => {
    test.each(TASKS)('$name', { timeout: 400_000 }, async ({ name, from, act }) => {
      const { page, server } = visit;
      await page.goto(`${server.url}/${from(SAMPLE)}&lang=${lang}`);
      await page.getByTestId('answer').waitFor();
      await act(page, SAMPLE);
      await page.mouse.move(640, 2);
      await settledMap(page);
      await page.screenshot({ path: join(PICTURES, `${lang}-${name}.jpg`), type: 'jpeg', quality: 70 });
    });
  });

  test('nothing complained, and nothing was asked of others', () => {
    expect(visit.complaints).toEqual([]);
    expect(visit.strangers).toEqual([]);
  });
});

test('docs shows every task in both languages, each picture once, and has them all', () => {
  expect(shown).toEqual(['zh', 'en'].flatMap((lang) => TASKS.map(({ name }) => `${lang}-${name}.jpg`)));
  expect(readdirSync(join(DOCS, 'guide')).sort()).toEqual([...shown].sort());
  expect(shown.filter((picture) => !existsSync(join(DOCS, 'guide', picture)))).toEqual([]);
});
