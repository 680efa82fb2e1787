import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium, launch } from '../browser/chromium';
import { BINARY, serve, type Server } from '../browser/server';
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

/** What the page is watched by: when the answer came, when the map was last drawn, how many frames there were. */
interface Watched {
  answered?: number;
  drawn: number;
  frames: number;
}

/** A page that has nothing kept from before, and is watched. */
async function fresh(): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZE });
  await context.addInitScript(() => {
    const watched: Watched = { drawn: 0, frames: 0 };
    Object.assign(window, { watched });
    const draw = WebGL2RenderingContext.prototype.drawElements;
    WebGL2RenderingContext.prototype.drawElements = function (...how) {
      watched.drawn = performance.now();
      return draw.apply(this, how);
    };
    const next = () => {
      watched.frames++;
      if (document.querySelector('[data-testid=answer]')) watched.answered ??= performance.now();
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  return context.newPage();
}
const watched = (page: Page) => page.evaluate(() => (window as unknown as { watched: Watched }).watched);

/** Milliseconds from the navigation until the answer stands and the map has been drawn for the last time, asking for nothing more. */
async function view(page: Page, url: string): Promise<number> {
  await page.goto(url);
  await page.getByTestId('answer').waitFor({ timeout: 120_000 });
  await page.waitForLoadState('networkidle', { timeout: 120_000 });
  await page.waitForFunction(() => {
    const { drawn } = (window as unknown as { watched: Watched }).watched;
    return drawn > 0 && performance.now() - drawn > 1500;
  }, undefined, { timeout: 120_000 });
  const { answered, drawn } = await watched(page);
  return Math.max(answered!, drawn);
}

/** Frames a second while the map is dragged to and fro. */
async function pan(page: Page): Promise<number> {
  const box = (await page.getByTestId('map').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const start = Date.now();
  const { frames: before } = await watched(page);
  for (let i = 0; Date.now() - start < PAN_MS; i++) {
    await page.mouse.move(x + 220 * Math.sin(i / 12), y + 120 * Math.cos(i / 12));
  }
  const { frames: after } = await watched(page);
  const seconds = (Date.now() - start) / 1000;
  await page.mouse.up();
  return (after - before) / seconds;
}

async function measured(server: Server, url: string, what: (page: Page) => Promise<number>, runs: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < runs; i++) {
    const page = await fresh();
    try {
      const told = await view(page, server.url + url);
      found.push((await what(page)) || told);
    } finally {
      await page.context().close();
    }
  }
  return found;
}

test.each(binaries)('%s', async (name, binary) => {
  const sample = await serve(binary, ['--sample', '--store', join(folder, 'sample.gpkg')]);
  const firsts = await measured(sample, '/', async () => 0, RUNS);
  await sample.stop();
  const town = await serve(binary, ['--store', buildTown(join(folder, name), binary)]);
  const frames = await measured(town, '/?level=building&at=105.025,29.525,13.5&table=closed', pan, 3);
  await town.stop();
  console.log(
    `${name}: first view of the sample ${(median(firsts) / 1000).toFixed(2)} s (median of ${RUNS}: ${firsts.map((ms) => (ms / 1000).toFixed(2)).join(', ')}); ` +
      `panning with ${BUILDINGS} buildings ${median(frames).toFixed(1)} frames a second (${frames.map((f) => f.toFixed(1)).join(', ')}), drawn in software`,
  );
  expect(firsts.length).toBe(RUNS);
});
