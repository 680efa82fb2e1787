import { describe, expect, test } from 'vitest';
import { events, planAddress, planAsked } from '../../src/api/plans';
import type { Plan } from '../../src/api/types';
import { format, parse } from '../../src/question/question';
import { figuresOf, firstPlan, validFigure, withSite, type PlanChoice } from '../../src/question/plan';
import { rejections, siteKey } from '../../src/sites/figures';

const FIRST = firstPlan({ parcels: 12 });

const question = { study: 's', kind: 'pocket_park', level: 'community', profile: 'walk', cohort: 'people', cutoff: { unit: 'min' as const, value: 15 } };

describe('the choice of a plan in the address', () => {
  const full: PlanChoice = {
    aim: 'mclp', p: 3, budget: 900000, floor: 40, spacing: 300, every: 50,
    kinds: [{ kind: 'pocket_park', number: 3, cost: 300000 }, { kind: 'parking' }, { kind: 'school', cost: 5 }],
    sources: ['parcel', 'edge'], pins: ['parcel:L019', 'parking/edge:9@50'], bars: ['estate:E1'], asked: true,
  };

  test.each([['full', full], ['first', FIRST]])('comes back as it was written: %s', (_, choice) => {
    const { plan } = parse(format({ study: 's', tab: 'sites', plan: choice }));
    expect(plan).toEqual(choice);
  });

  test.each([
    ['?aim=best', undefined],
    // What cannot be used is left out, and the rest stands.
    ['?aim=lscp&p=0&budget=x&share=101&from=moon', { aim: 'lscp', kinds: [], sources: ['parcel'], pins: [], bars: [], asked: false }],
    ['?aim=mclp&p=2.5&kinds=a:3,a:4,:9&pin=x&pin=x', { aim: 'mclp', kinds: [{ kind: 'a', number: 3 }], sources: ['parcel'], pins: ['x'], bars: [], asked: false }],
  ])('%s', (search, want) => {
    expect(parse(search).plan).toEqual(want);
  });

  test('a candidate is pinned or barred, never both', () => {
    const pinned = withSite(FIRST, 'a', 'pin');
    expect([pinned.pins, pinned.bars]).toEqual([['a'], []]);
    const barred = withSite(pinned, 'a', 'bar');
    expect([barred.pins, barred.bars]).toEqual([[], ['a']]);
    expect(withSite(barred, 'a', undefined)).toEqual(FIRST);
  });

  test('whole numbers and ranges are held to', () => {
    expect([1, 1.5, 0, NaN].map((n) => validFigure('p', n))).toEqual([true, false, false, false]);
    expect([0.5, 1, 99.5, 100.1].map((n) => validFigure('share', n))).toEqual([false, true, true, false]);
  });
});

describe('what the server is asked', () => {
  test('of one kind: nothing that the aim has no use for', () => {
    const asked = planAsked(question, { ...FIRST, aim: 'lscp', p: 3, budget: 5, share: 90, floor: 20, every: 50, cost: 7 });
    expect(asked).toMatchObject({ kind: 'pocket_park', model: 'lscp', share: 0.9, sources: ['parcel'], figures: ['pocket_park.cost=7'], cutoff_min: 15 });
    for (const name of ['p', 'budget', 'floor', 'every_m', 'required']) expect(asked[name], name).toBeUndefined();
    expect(figuresOf('lscp')).toEqual(['share']);
  });

  test('of several kinds: each with its number, and its cost only where costs count', () => {
    const kinds = [{ kind: 'pocket_park', number: 3, cost: 10 }, { kind: 'parking' }];
    const asked = planAsked(question, { ...FIRST, kinds, pins: ['parking/x'] }, { curve: 8 });
    expect(asked).toMatchObject({ kinds: ['pocket_park:3', 'parking'], required: ['parking/x'], curve: 8, p: 3 });
    expect([asked.kind, asked.figures]).toEqual([undefined, undefined]);
    expect(planAsked(question, { ...FIRST, kinds, budget: 40 }).figures).toEqual(['pocket_park.cost=10']);
  });

  test('an address holds it, lists joined by commas', () => {
    const address = planAddress('a b', { required: ['x', 'y'], p: 3, share: undefined }, { f: 'csv' });
    expect(address).toBe('/api/v1/studies/a%20b/plans?required=x%2Cy&p=3&f=csv');
  });
});

test('events are read whole, however the stream is cut', async () => {
  const text = 'event: progress\ndata: {"objective":1}\n\nevent: result\ndata: {"名":"园"}\n\n';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 7, 1000]) {
    const body = new ReadableStream<Uint8Array>({
      start(c) {
        for (let i = 0; i < bytes.length; i += size) c.enqueue(bytes.slice(i, i + size));
        c.close();
      },
    });
    const told = [];
    for await (const e of events(body)) told.push(e);
    expect(told).toEqual([{ name: 'progress', data: { objective: 1 } }, { name: 'result', data: { 名: '园' } }]);
  }
});

test('candidates are told apart by their kind where there are several', () => {
  const plan = (kinds: number) => ({ options: { kinds: new Array(kinds).fill({}) } }) as unknown as Plan;
  expect([siteKey(plan(1), { id: 'a', kind: 'k' }), siteKey(plan(2), { id: 'a', kind: 'k' })]).toEqual(['a', 'k/a']);
});

test('reasons of rejection are added up over kinds, those that bar most first', () => {
  const rejected_by = [{ kind: 'a', code: 'x', rows: 2 }, { kind: 'a', code: 'y', rows: 4 }, { kind: 'b', code: 'x', rows: 3 }, { kind: 'b', code: 'w', rows: 4 }];
  expect(rejections({ rejected_by } as Plan['summary'])).toEqual([{ code: 'x', rows: 5 }, { code: 'w', rows: 4 }, { code: 'y', rows: 4 }]);
});

test('a study without idle parcels begins along its streets', () => {
  expect(firstPlan({ parcels: 12, roads: 9 }).sources).toEqual(['parcel']);
  expect(firstPlan({ roads: 9 }).sources).toEqual(['edge']);
});
