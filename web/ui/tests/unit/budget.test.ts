import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

const DIST = new URL('../../dist/', import.meta.url);
const built = existsSync(new URL('index.html', DIST));

// Needs `npm run build` before; without it there is nothing to weigh.
describe.skipIf(!built)('the built page', () => {
  const files = built ? readdirSync(new URL('assets/', DIST)) : [];
  const read = (name: string) => readFileSync(new URL(`assets/${name}`, DIST));

  test('is at most 450 kB of gzipped script on the first visit, the map included', () => {
    const scripts = files.filter((f) => f.endsWith('.js') && !f.includes('worker'));
    const bytes = scripts.reduce((sum, f) => sum + gzipSync(read(f)).length, 0);
    expect(bytes).toBeLessThanOrEqual(450_000);
  });

  test('has no script inside index.html, so that a strict policy may forbid it', () => {
    const html = readFileSync(new URL('index.html', DIST), 'utf8');
    for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
      expect(attributes).toContain('src="/');
      expect(body!.trim()).toBe('');
    }
  });

  test('loads no style or font from elsewhere', () => {
    for (const f of files.filter((name) => name.endsWith('.css'))) {
      expect(read(f).toString().match(/url\(["']?https?:/g) ?? [], f).toEqual([]);
    }
  });
});
