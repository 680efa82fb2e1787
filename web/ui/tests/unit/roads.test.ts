import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/api/longwork';
import { Problem } from '../../src/api/problem';
import type { Comparison, Job, RoadRow } from '../../src/api/types';
import { FIRST_LINKS, linksQuestion, type LinkChoice } from '../../src/question/links';
import { format, parse } from '../../src/question/question';
import { roadDrawing } from '../../src/roads/drawing';
import { helps, lineOf, namesOf, savedEach, zonesGaining } from '../../src/roads/figures';
import type { RoadWords } from '../../src/roads/words';

const question = { study: 's', kind: 'school', level: 'community', profile: 'walk', cohort: 'people', cutoff: { unit: 'min' as const, value: 15 } };

describe('the choice of roads to open', () => {
  const full: LinkChoice = { sources: ['gate', 'dead_end'], obstacles: ['water'], longest: 300, round: 500, together: 5 };

  test.each([['full', full], ['without obstacles', { ...FIRST_LINKS, obstacles: [] }]])('comes back from the address: %s', (_, links) => {
    expect(parse(format({ tab: 'whatif', links })).links).toEqual(links);
  });

  test('is not in the address while it is as at first', () => {
    expect(format({ links: FIRST_LINKS })).toBe('');
    expect(parse('').links).toBeUndefined();
  });

  test.each(['open=bridge', 'together=0', 'together=2.5', 'longest=2001', 'round=x', 'around='])('leaves out what cannot be asked: %s', (query) => {
    expect(parse(`?${query}`).links).toBeUndefined();
  });

  test('is asked with the question; nothing in the way is a word of its own', () => {
    expect(linksQuestion(question, full)).toEqual({
      kind: 'school', level: 'community', profile: 'walk', cohort: 'people', cutoff_min: 15,
      sources: ['gate', 'dead_end'], max_m: 300, min_detour_m: 500, p: 5, obstacles: ['water'],
    });
    expect(linksQuestion(question, { ...full, obstacles: [] }).obstacles).toEqual(['none']);
  });
});

const row = (over: Partial<RoadRow>) =>
  ({ id: 'r', rank: 1, source: 'dead_end', at: [1, 2], newly_covered: 0, lost: 0, nearer: 0, farther: 0, saved_person_s: 0, saved_person_m: null, changes: [], from_name: null, to_name: null, ...over }) as RoadRow;

describe('a road to open', () => {
  test('helps if more are covered, or as many with shorter ways; else not', () => {
    expect(helps(row({ newly_covered: 5, lost: 4 }))).toBe(true);
    expect(helps(row({ saved_person_s: 1 }))).toBe(true);
    expect(helps(row({ newly_covered: 4, lost: 5, saved_person_s: 99 }))).toBe(false);
    expect(helps(row({}))).toBe(false);
  });

  test('saves each of those nearer the same part, where nobody gets farther', () => {
    expect(savedEach(row({ nearer: 10, saved_person_s: 600 }))).toBe(60);
    expect(savedEach(row({ nearer: 10, saved_person_s: null, saved_person_m: 50 }))).toBe(5);
    expect(savedEach(row({ nearer: 10, farther: 1, saved_person_s: 600 }))).toBeUndefined();
    expect(savedEach(row({}))).toBeUndefined();
  });

  test('is called by the roads at its ends, each once', () => {
    expect(namesOf(row({ from_name: 'A', to_name: 'A' }))).toEqual(['A']);
    expect(namesOf(row({ from_name: '', to_name: 'B' }))).toEqual(['B']);
  });

  test('is drawn as its line and a mark with its rank; a gate is a mark alone', () => {
    const words = { t: (key: string) => key, amount: (n: number) => `${n}`, roadName: (r: RoadRow) => r.id } as unknown as RoadWords;
    const line = [[0, 0], [1, 1]];
    const drawn = roadDrawing([row({ changes: [{ change: 'draw_road', line }] }), row({ id: 'g', rank: 2, source: 'gate' })], 'people', ['g'], words);
    expect(drawn.map((d) => [d.id, d.look, d.geometry.type, d.label, d.selected])).toEqual([
      ['line:r', 'new-road', 'LineString', undefined, false],
      ['r', 'opening', 'Point', '1', false],
      ['g', 'gate', 'Point', '2', true],
    ]);
    expect(lineOf(row({ changes: [{ change: 'open_gate', gate: 'g' }] }))).toBeUndefined();
  });
});

describe('the zones that gain', () => {
  const zone = (id: string, covered: number, mean_s: number | null, level = 'community') => ({ id, name: id, level, change: { covered, mean_s, mean_m: null } });
  const of = (...rows: ReturnType<typeof zone>[]) => ({ rows }) as unknown as Comparison;

  test('are those in which most come within reach', () => {
    const told = zonesGaining(of(zone('a', 5, -9), zone('b', 7, 0), zone('c', 0, -99), zone('s', 12, -1, 'study')), 'min', 5);
    expect(told.map((z) => [z.id, z.gained])).toEqual([['b', 7], ['a', 5]]);
  });

  test('are those whose ways get shorter where nobody comes within reach', () => {
    const told = zonesGaining(of(zone('a', 0, -9), zone('b', 0, 3), zone('c', 0, -99), zone('d', 0, null)), 'min', 1);
    expect(told.map((z) => [z.id, z.shorter])).toEqual([['c', 99]]);
  });
});

describe('a question asked as a job', () => {
  const watched: Job[] = [];
  const sent = (status: number, data: unknown) => Promise.resolve({ data, response: new Response(null, { status }) });

  test('that is answered at once is that answer', async () => {
    expect(await answerOf(sent(200, { rows: [] }), new AbortController().signal, (j) => watched.push(j))).toEqual({ rows: [] });
    expect(watched).toEqual([]);
  });

  test('that is refused is a problem', async () => {
    const refused = Promise.resolve({ error: { code: 'invalid' }, response: new Response(null, { status: 422 }) });
    await expect(answerOf(refused, new AbortController().signal, () => {})).rejects.toBeInstanceOf(Problem);
  });
});
