import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

const DIST = new URL('../../dist/', import.meta.url);
const built = existsSync(new URL('index.html', DIST));

/** What the first view asks for on its own: the map and a language. The table comes when it is drawn up. */
const ON_FIRST_VISIT = ['src/map/map.ts', 'src/i18n/zh.ts'];

interface Chunk {
  file: string;
  imports?: string[];
}

// Needs `npm run build` before; without it there is nothing to weigh.
describe.skipIf(!built)('the built page', () => {
  const files = built ? readdirSync(new URL('assets/', DIST)) : [];
  const read = (name: string) => readFileSync(new URL(`assets/${name}`, DIST));

  test('is at most 450 kB of gzipped script on the first visit, the map included', () => {
    const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', DIST), 'utf8')) as Record<string, Chunk>;
    const first = new Set<string>();
    const take = (key: string) => {
      const chunk = manifest[key]!;
      if (first.has(chunk.file)) return;
      first.add(chunk.file);
      chunk.imports?.forEach(take);
    };
    const html = readFileSync(new URL('index.html', DIST), 'utf8');
    const named = Object.keys(manifest).filter((key) => manifest[key]!.file.endsWith('.js') && html.includes(manifest[key]!.file));
    expect(named.length, 'scripts that the page names').toBeGreaterThan(0);
    [...named, ...ON_FIRST_VISIT].forEach(take);
    const bytes = [...first].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, DIST))).length, 0);
    expect(bytes).toBeLessThanOrEqual(450_000);
    expect(bytes, 'the map is among them').toBeGreaterThan(250_000);
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
