import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where screenshots go. */
export const OUT = fileURLToPath(new URL('./out/', import.meta.url));

/** The path of a Chromium: CHROMIUM, else the first on PATH; undefined if there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const wishes = process.env.CHROMIUM
    ? [process.env.CHROMIUM]
    : folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return wishes.find((path) => existsSync(path));
}

/** Starts a browser that draws WebGL in software. */
export function launch(executablePath: string): Promise<Browser> {
  const root = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    args: [
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-background-networking',
      // Chromium refuses its sandbox to root, which containers often are.
      ...(root ? ['--no-sandbox'] : []),
    ],
  });
}

/** Saves what the page shows as out/NAME.png. */
export async function keep(page: Page, name: string) {
  mkdirSync(OUT, { recursive: true });
  await page.screenshot({ path: join(OUT, `${name}.png`) });
}

/** The middle of the map, free of panels, as PNG. */
async function shootMap(page: Page): Promise<Buffer> {
  const box = await page.getByTestId('map').boundingBox();
  if (!box) throw new Error('the map is not on the page');
  const clip = { x: box.x + box.width * 0.3, y: box.y + 60, width: box.width * 0.35, height: box.height - 120 };
  return page.screenshot({ clip, animations: 'disabled' });
}

/** Waits until the map has stopped changing and returns its picture. */
export async function settledMap(page: Page): Promise<Buffer> {
  await page.locator('[data-testid=map] canvas').waitFor({ timeout: 30_000 });
  const deadline = Date.now() + 45_000;
  let last = await shootMap(page);
  for (let same = 0; same < 3; ) {
    if (Date.now() > deadline) throw new Error('the map did not come to rest within 45 s');
    await page.waitForTimeout(400);
    const next = await shootMap(page);
    same = next.equals(last) ? same + 1 : 0;
    last = next;
  }
  return last;
}

/** Compares two pictures of equal size in an empty page: the share of pixels that differ, and the colors of the first. */
export async function compare(browser: Browser, a: Buffer, b: Buffer): Promise<{ changed: number; colors: number }> {
  const lab = await browser.newPage();
  try {
    return await lab.evaluate(
      async ([first, second]) => {
        const pixels = async (data: string) => {
          const image = new Image();
          image.src = `data:image/png;base64,${data}`;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height);
          const context = canvas.getContext('2d')!;
          context.drawImage(image, 0, 0);
          return new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
        };
        const [x, y] = [await pixels(first!), await pixels(second!)];
        const changed = x.length === y.length ? x.filter((p, i) => p !== y[i]).length / x.length : 1;
        return { changed, colors: new Set(x).size };
      },
      [a.toString('base64'), b.toString('base64')],
    );
  } finally {
    await lab.close();
  }
}
