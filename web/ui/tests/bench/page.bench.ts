import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium, launch } from '../browser/chromium';
import { BINARY, serve } from '../browser/server';
import { BUILDINGS, buildTown } from './town';

// KAIMEN_BIN_BEFORE names an earlier binary to measure in the same run. Maps
// are drawn in software here: on a screen with a graphics card both are faster.
const binaries: [string, string][] = [
  ...(process.env.KAIMEN_BIN_BEFORE ? [['before', process.env.KAIMEN_BIN_BEFORE] as [string, string]] : []),
  ['now', BINARY],
];
const SIZE = { width: 1440, height: 900 };
const RUNS = 5;
const PAN_MS = 5000;

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

let folder: string;
let browser: Browser;

beforeAll(async () => {
  const chromium = findChromium();
  if (!chromium) throw new Error('no Chromium found; install one or name it in CHROMIUM');
  folder = mkdtempSync(join(tmpdir(), 'kaimen-bench-'));
  browser = await launch(chromium);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the page is watched by: when the answer came, when the map was last drawn, how many frames there were and how long scripts took for them. */
interface Watched {
  answered?: number;
  drawn: number;
  frames: number;
  busy: number;
  /** Nothing is drawn any more: what is left is the page's own work. */
  blind: boolean;
}

/** When things stood on a fresh page, in milliseconds from the navigation. */
interface First {
  answered: number;
  drawn: number;
}

interface Panned {
  perSecond: number;
  /** Of the page's scripts for each frame, those that wait for the drawing among them. */
  scriptMs: number;
}

/** A page that has nothing kept from before, and is watched. */
async function fresh(): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZE });
  await context.addInitScript(() => {
    const watched: Watched = { drawn: 0, frames: 0, busy: 0, blind: false };
    Object.assign(window, { watched });
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (act) =>
      ask((at) => {
        const start = performance.now();
        act(at);
        watched.busy += performance.now() - start;
      });
    const draw = WebGL2RenderingContext.prototype.drawElements;
    WebGL2RenderingContext.prototype.drawElements = function (...how) {
      watched.drawn = performance.now();
      if (!watched.blind) draw.apply(this, how);
    };
    const next = () => {
      watched.frames++;
      if (document.querySelector('[data-testid=answer]')) watched.answered ??= performance.now();
      ask(next);
    };
    ask(next);
  });
  return context.newPage();
}
const watched = (page: Page) => page.evaluate(() => (window as unknown as { watched: Watched }).watched);

/** Opens the page and waits until its answer stands and its map asks for nothing more and is drawn for the last time. */
async function view(page: Page, url: string): Promise<First> {
  await page.goto(url);
  await page.getByTestId('answer').waitFor({ timeout: 120_000 });
  await page.waitForLoadState('networkidle', { timeout: 120_000 });
  await page.waitForFunction(() => {
    const { drawn } = (window as unknown as { watched: Watched }).watched;
    return drawn > 0 && performance.now() - drawn > 1500;
  }, undefined, { timeout: 120_000 });
  const { answered, drawn } = await watched(page);
  return { answered: answered!, drawn };
}

/** The map is dragged to and fro. */
async function pan(page: Page): Promise<Panned> {
  const box = (await page.getByTestId('map').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const start = Date.now();
  const before = await watched(page);
  for (let i = 0; Date.now() - start < PAN_MS; i++) {
    await page.mouse.move(x + 220 * Math.sin(i / 12), y + 120 * Math.cos(i / 12));
  }
  const after = await watched(page);
  const seconds = (Date.now() - start) / 1000;
  await page.mouse.up();
  const frames = after.frames - before.frames;
  return { perSecond: frames / seconds, scriptMs: (after.busy - before.busy) / frames };
}

/** Does something on a fresh page, several times. */
async function times<T>(runs: number, act: (page: Page) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (let i = 0; i < runs; i++) {
    const page = await fresh();
    try {
      found.push(await act(page));
    } finally {
      await page.context().close();
    }
  }
  return found;
}

/** The median, and all of them. */
function told(numbers: number[], digits: number, unit: string): string {
  return `${median(numbers).toFixed(digits)} ${unit} (${numbers.map((n) => n.toFixed(digits)).join(', ')})`;
}

test.each(binaries)('%s', async (name, binary) => {
  const sample = await serve(binary, ['--sample', '--store', join(folder, 'sample.gpkg')]);
  const firsts = await times(RUNS, (page) => view(page, sample.url));
  await sample.stop();
  const town = await serve(binary, ['--store', buildTown(join(folder, name), binary)]);
  const panned = await times(3, async (page) => {
    await view(page, `${town.url}/?level=building&at=105.025,29.525,13.5&table=closed`);
    const seen = await pan(page);
    await page.evaluate(() => ((window as unknown as { watched: Watched }).watched.blind = true));
    return { seen, blind: await pan(page) };
  });
  await town.stop();
  const seconds = (of: keyof First) => told(firsts.map((f) => f[of] / 1000), 2, 's');
  console.log(
    `${name}, drawn in software: first view of the sample, answer ${seconds('answered')}, map ${seconds('drawn')}; ` +
      `panning with ${BUILDINGS} buildings ${told(panned.map((p) => p.seen.perSecond), 1, 'frames a second')}, ` +
      `of each frame scripts ${told(panned.map((p) => p.seen.scriptMs), 1, 'ms')}, ` +
      `with the drawing left out ${told(panned.map((p) => p.blind.scriptMs), 1, 'ms')}`,
  );
  expect(firsts.length).toBe(RUNS);
  expect(median(panned.map((p) => p.seen.perSecond))).toBeGreaterThan(0);
});
