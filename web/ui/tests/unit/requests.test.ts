import { describe, expect, test } from 'vitest';
import type { Requests } from '../../src/api/types';
import { format, parse } from '../../src/question/question';
import { countsQuestion, FIRST_REQUESTS, STAGES, type RequestChoice } from '../../src/question/requests';
import { asksOf, chosen, daysTaken, insideOf, stageOf, type Ask } from '../../src/requests/figures';
import { lookOf } from '../../src/requests/drawing';

describe('the choice of requests', () => {
  const full: RequestChoice = { kinds: ['noise'], stages: ['done'], since: '2026-01-02', until: '2026-03-04', gap: true };

  test('comes back from the address, which has nothing of the first one', () => {
    expect(parse(format({ requests: full })).requests).toEqual(full);
    expect(format({ requests: FIRST_REQUESTS })).toBe('');
    expect(parse('?stages=lost&since=2026-13-40').requests).toBeUndefined();
  });

  test('is asked by stages, unless all are meant', () => {
    expect(countsQuestion(full)).toEqual({ level: 'study', kinds: ['noise'], states: ['done'], since: '2026-01-02', until: '2026-03-04' });
    expect(countsQuestion({ kinds: [], stages: STAGES, gap: false })).toEqual({ level: 'study' });
  });
});

describe('the stage of a request', () => {
  const states = [
    { state: '已点单', stage: 'open', known: true, requests: 1 },
    { state: '已撤单', stage: 'dropped', known: true, requests: 1 },
  ];

  test.each([
    ['已点单', '', 'open'], ['已点单', '2026-01-02', 'done'], ['已撤单', '2026-01-02', 'dropped'], ['?', '', 'open'],
  ])('%s, closed "%s", is %s', (state, closed_at, stage) => {
    expect(stageOf({ state, closed_at }, states)).toBe(stage);
  });
});

describe('requests', () => {
  const ask = (over: Partial<Ask>): Ask => ({ id: 'q', kind: 'noise', state: '', stage: 'open', at: [0, 0], opened: '2026-02-02', closed: '', gap: false, ...over });

  test('are in the order of their days, those without one last', () => {
    const feature = (id: string, opened_at: string) => ({ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: [0, 0] }, properties: { id, kind: 'noise', opened_at } });
    const all: Requests = { type: 'FeatureCollection', features: [feature('a', ''), feature('c', '2026-02-02T08:00:00'), feature('b', '2026-02-02')] };
    expect(asksOf(all, [], () => false).map((a) => a.id)).toEqual(['b', 'c', 'a']);
  });

  test('are chosen by kind, stage and days, both inclusive; one without a day is in none', () => {
    const choice: RequestChoice = { kinds: ['noise'], stages: ['open'], since: '2026-02-02', until: '2026-02-02', gap: false };
    expect(chosen(ask({}), choice)).toBe(true);
    for (const other of [{ kind: 'waste' }, { stage: 'done' as const }, { opened: '2026-02-01' }, { opened: '2026-02-03' }, { opened: '' }]) {
      expect(chosen(ask(other), choice), JSON.stringify(other)).toBe(false);
    }
  });

  test('take whole days, where they were done and not before they were made', () => {
    expect(daysTaken(ask({ stage: 'done', closed: '2026-02-02' }))).toBe(0);
    expect(daysTaken(ask({ stage: 'done', closed: '2026-03-01' }))).toBe(27);
    expect(daysTaken(ask({ stage: 'done', closed: '2026-02-01' }))).toBeUndefined();
    expect(daysTaken(ask({ closed: '2026-03-01' }))).toBeUndefined();
  });

  test('lie in a gap inside its ground, not in its holes', () => {
    const ring = (a: number, b: number) => [[a, a], [b, a], [b, b], [a, b], [a, a]];
    const inside = insideOf([{ geometry: { type: 'MultiPolygon', coordinates: [[ring(0, 10), ring(4, 6)], [ring(20, 21)]] } }]);
    expect([[1, 1], [5, 5], [20.5, 20.5], [15, 15]].map(([x, y]) => inside([x!, y!]))).toEqual([true, false, true, false]);
  });

  test('are told apart on the map by whether they wait and lie in a gap', () => {
    const looks = STAGES.flatMap((stage) => [lookOf({ stage, gap: false }), lookOf({ stage, gap: true })]);
    expect(looks).toEqual(['waiting', 'waiting-gap', 'waiting', 'waiting-gap', 'settled', 'settled-gap', 'settled', 'settled-gap']);
  });
});
