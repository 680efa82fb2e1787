import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { en } from '../../src/i18n/en';
import { zh } from '../../src/i18n/zh';

// The guide and the tour name what is to be clicked: it must be called so on the page.

/** Every text of a language, those with several forms each by itself. */
function textsOf(messages: object): string[] {
  return Object.values(messages).flatMap((m) => (typeof m === 'string' ? m.split(' | ') : textsOf(m as object)));
}

const guide = readFileSync(new URL('../../../../docs/guide.md', import.meta.url), 'utf8');
const [zhGuide, enGuide] = guide.split('\n# Guide\n') as [string, string];
const find = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((m) => m[1]!);

describe.each([
  ['zh', zh, zhGuide],
  ['en', en, enGuide],
])('what is named in %s stands on the page', (_, messages, text) => {
  const texts = textsOf(messages);

  test('in the guide, in bold', () => {
    const named = find(text, /\*\*([^*]+)\*\*/g);
    expect(named.length).toBeGreaterThan(40);
    const known = new Set([...texts.map((t) => t.toLowerCase()), 'english']);
    expect(named.filter((name) => !known.has(name.toLowerCase()))).toEqual([]);
  });

  test('in the tour, in quotation marks', () => {
    const named = find(textsOf(messages.tour_stops).join('\n'), /“([^”]+)”/g).filter((name) => !/\d/.test(name));
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((name) => !texts.includes(name))).toEqual([]);
  });
});
