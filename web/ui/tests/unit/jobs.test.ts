import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/api/types';
import { askedOf, secondsOf, shownAt, stageOf } from '../../src/jobs/told';
import { grouped, keepRecent, recent, tabsNamed } from '../../src/search/choices';
import { parse } from '../../src/question/question';

const job = (change: Partial<Job>): Job => ({
  id: '1', kind: 'coverage', study: 'town', state: 'successful', stopping: false, progress: 100,
  created_at: '2026-11-23T08:00:00Z', question: {}, links: [], ...change,
});

describe('a job', () => {
  test('its question is read from the address and the body', () => {
    expect(askedOf(job({ question: { query: 'cutoff_min=10&kind=park' } }))).toEqual({ kind: 'park', cutoff_min: '10' });
    expect(askedOf(job({ question: { body: { kinds: ['park'], p: 3 } } }))).toEqual({ kinds: ['park'], p: 3 });
  });

  test('what the page can show is opened there', () => {
    const address = shownAt(job({ question: { query: 'cutoff_m=500&kind=park&level=grid' } }), 'en');
    expect(parse(address!)).toEqual({ study: 'town', kind: 'park', level: 'grid', cutoff: { unit: 'm', value: 500 }, tab: 'coverage', lang: 'en' });
    expect(parse(shownAt(job({ kind: 'per-capita' }), 'zh')!)).toMatchObject({ tab: 'indicators', indicator: 'per_capita' });
    expect(parse(shownAt(job({ kind: 'import' }), 'zh')!)).toMatchObject({ study: 'town', tab: 'data' });
  });

  test('what it cannot show as it was asked is not: another question would be answered', () => {
    const asked = 'kind=park&scenario=one-park';
    for (const other of [{ question: { query: asked } }, { kind: 'matrix' }, { state: 'failed' as const }, { study: '' }]) expect(shownAt(job(other), 'zh')).toBeUndefined();
  });

  test('its stage, and how long it takes, so far or in all', () => {
    expect(stageOf('reading my roads.osm')).toEqual(['reading', 'my roads.osm']);
    expect(stageOf('searching')).toEqual(['searching', '']);
    const started = job({ started_at: '2026-11-23T08:00:10Z' });
    expect(secondsOf(started, Date.parse('2026-11-23T08:00:40Z'))).toBe(30);
    expect(secondsOf({ ...started, finished_at: '2026-11-23T08:00:12Z' }, 0)).toBe(2);
    expect(secondsOf(job({}), 0)).toBeUndefined();
  });
});

describe('the search', () => {
  const tabs = [
    { tab: 'gaps', name: '缺口', words: '盲区 quekou qk' },
    { tab: 'data', name: '数据', words: '导入 shuju' },
  ] as const;
  const row = (group: 'zone' | 'road', id: string) => ({ group, id, name: id, match: 'exact' as const, around: [] });

  test('tabs are found by name, by other words and by pinyin, from their beginning', () => {
    expect(tabsNamed('缺', tabs).map((c) => c.id)).toEqual(['gaps']);
    expect(tabsNamed('QUE', tabs).map((c) => c.id)).toEqual(['gaps']);
    expect(tabsNamed('盲区', tabs).map((c) => c.id)).toEqual(['gaps']);
    expect(tabsNamed('kou', tabs)).toEqual([]);
    expect(tabsNamed(' ', tabs)).toEqual([]);
  });

  test('choices stand in groups, counted through', () => {
    const groups = grouped([row('zone', 'a'), row('zone', 'b'), row('road', 'c')]);
    expect(groups.map((g) => [g.name, g.items.map((i) => i.index)])).toEqual([['zone', [0, 1]], ['road', [2]]]);
  });

  test('what was chosen last is first, once, six at most; another study has its own', () => {
    const kept = new Map<string, string>();
    const storage = { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v) } as unknown as Storage;
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'c']) keepRecent('town', row('zone', id), storage);
    expect(recent('town', storage).map((c) => c.id)).toEqual(['c', 'g', 'f', 'e', 'd', 'b']);
    expect(recent('other', storage)).toEqual([]);
    kept.set('kaimen.recent.town', 'not json');
    expect(recent('town', storage)).toEqual([]);
  });
});
