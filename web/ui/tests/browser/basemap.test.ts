import { createServer, type Server as TileServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTiles } from '../../src/map/tiling';
import { findChromium, keep, settledMap } from './chromium';
import { startVisit, type Visit } from './visit';

const executable = findChromium();
if (!executable) console.log('skip: no Chromium found; install one or name it in CHROMIUM');

const CROSSING = [105.07, 29.59] as const;

/** A square white picture with one black column and one black row, where they lie inside. */
function picture(column: number, row: number): Buffer {
  const size = 256;
  const lines = Buffer.alloc((size + 1) * size, 255);
  for (let y = 0; y < size; y++) {
    lines[y * (size + 1)] = 0; // no filter
    for (let x = 0; x < size; x++) {
      if (Math.abs(x - column) <= 1 || Math.abs(y - row) <= 1) lines[y * (size + 1) + 1 + x] = 0;
    }
  }
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, sum]);
  };
  const header = Buffer.from([0, 0, 1, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0]); // 256 by 256, gray
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))]);
}

describe.skipIf(!executable)('a base map of others in GCJ-02', () => {
  let tiles: TileServer;
  let visit: Visit;
  let host: string;
  /** Where the crossing is in GCJ-02, as the server says. */
  let there: readonly [number, number] | undefined;

  beforeAll(async () => {
    tiles = createServer((request, response) => {
      const [z, x, y] = /\/(\d+)\/(\d+)\/(\d+)\.png/.exec(request.url!)!.slice(1).map(Number) as [number, number, number];
      const [column, row] = inTiles(there!, z);
      response.writeHead(200, { 'content-type': 'image/png', 'access-control-allow-origin': '*' });
      response.end(picture(Math.floor((column - x) * 256), Math.floor((row - y) * 256)));
    });
    await new Promise<void>((resolve) => tiles.listen(0, '127.0.0.1', resolve));
    host = `http://127.0.0.1:${(tiles.address() as AddressInfo).port}`;
    visit = await startVisit(executable!, { width: 1440, height: 900 }, [
      '--basemap', `${host}/{z}/{x}/{y}.png`, '--basemap-attribution', '© Grid of the test', '--basemap-coords', 'gcj02',
    ]);
    const response = await fetch(`${visit.server.url}/api/v1/coordinates?at=${CROSSING.join(',')}`);
    const { positions } = (await response.json()) as { positions: { crs: string; x: number; y: number }[] };
    const found = positions.find((p) => p.crs === 'GCJ-02')!;
    there = [found.x, found.y];
  });
  afterAll(async () => {
    await visit?.end();
    tiles.close();
  });

  test('is not asked for until it is switched on, and says whose it is', async () => {
    const { page, server, strangers } = visit;
    await page.goto(`${server.url}/?study=dongxing-sample&kind=hospital&hide=zones,names,boundaries,others&at=${CROSSING.join(',')},16&table=closed`);
    await page.getByTestId('answer').waitFor({ timeout: 45_000 });
    await settledMap(page);
    expect(strangers).toEqual([]);
    await page.getByTestId('tool-layers').click();
    await page.getByTestId('outside').check();
    await page.getByText('© Grid of the test').waitFor();
    await expect.poll(() => strangers.length).toBeGreaterThan(0);
    expect(strangers.every((url) => url.startsWith(host))).toBe(true);
    expect(new URL(page.url()).searchParams.get('base')).toBe('outside');
  });

  test('a crossing lands where WGS 84 has it, within two meters at zoom 16', async () => {
    const { page, browser, complaints } = visit;
    await settledMap(page);
    await keep(page, 'basemap-gcj02');
    const box = (await page.getByTestId('map').boundingBox())!;
    // One pixel is 2 pi a cos(lat) / (512 * 2^16) = 1.04 m.
    const half = 60;
    const clip = { x: Math.round(box.x + box.width / 2) - half, y: Math.round(box.y + box.height / 2) - half, width: 2 * half, height: 2 * half };
    const shot = (await page.screenshot({ clip })).toString('base64');
    const lab = await browser.newPage();
    const darkest = await lab.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data: pixels, width, height } = context.getImageData(0, 0, image.width, image.height);
      const columns = new Array<number>(width).fill(0);
      const rows = new Array<number>(height).fill(0);
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
        const dark = 255 - pixels[(y * width + x) * 4]!;
        columns[x]! += dark;
        rows[y]! += dark;
      }
      // The middle of the line: the mean of what is darker than half of the darkest.
      const middle = (sums: number[]) => {
        const most = Math.max(...sums);
        const in_ = sums.flatMap((s, i) => (s > most / 2 ? [i] : []));
        return in_.reduce((a, b) => a + b, 0) / in_.length;
      };
      return [middle(columns), middle(rows)];
    }, shot);
    await lab.close();
    console.log(`the crossing is ${darkest.map((v) => (v - half).toFixed(1)).join(', ')} pixels from its place`);
    expect(Math.abs(darkest[0]! - half)).toBeLessThanOrEqual(2);
    expect(Math.abs(darkest[1]! - half)).toBeLessThanOrEqual(2);
    expect(complaints).toEqual([]);
  });
});
