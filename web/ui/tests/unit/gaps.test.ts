import { describe, expect, test } from 'vitest';
import type { GapAreaProperties, GapAreas, GapAreaSummary } from '../../src/api/types';
import { adviceOn, beside } from '../../src/gaps/figures';
import type { useWords } from '../../src/i18n/words';
import { boxOf } from '../../src/map/geometry';
import { wayFeatures } from '../../src/map/ground';
import { gapGround, gapWay } from '../../src/question/ground';
import { format, parse } from '../../src/question/question';

const words = {
  t: (key: string, values: object) => `${key} ${JSON.stringify(values ?? {})}`,
  amount: (n: number) => `${n} people`,
  list: (texts: string[]) => texts.join(', '),
} as unknown as ReturnType<typeof useWords>;

const area = (over: Partial<GapAreaProperties> = {}) =>
  ({ id: 'a', demand: 80, nearest_name: 'Park', nearest_id: 'f', nearest_s: 1200, nearest_m: 1500, path: [[0, 0], [2, 1], [3, 1]], ...over }) as GapAreaProperties;

describe('the people of an area', () => {
  test('are told beside the cohort asked about, where they are counted', () => {
    const counted = area({ cohorts_people: 80, cohorts_children: 9, cohorts_elderly: 0 });
    expect(beside(counted, 'people')).toEqual([{ cohort: 'children', people: 9 }, { cohort: 'elderly', people: 0 }]);
    expect(beside(counted, 'elderly')).toEqual([{ cohort: 'children', people: 9 }]);
    expect(beside(area(), 'people')).toEqual([]);
  });
});

describe('advice', () => {
  const summary = (uncovered: number, largest: number) => ({ uncovered, largest }) as GapAreaSummary;
  const minutes = (value: number) => ({ unit: 'min' as const, value });

  test('is given where one area holds more than half: a smaller radius, a longer limit', () => {
    expect(adviceOn(summary(100, 50), 120, minutes(5))).toBeUndefined();
    expect(adviceOn(summary(100, 60), 120, minutes(5))).toEqual({ share: 0.6, radius: 60, cutoff: minutes(10) });
  });

  test('offers nothing beyond the ends', () => {
    expect(adviceOn(summary(100, 100), 30, minutes(15))).toEqual({ share: 1 });
    expect(adviceOn(summary(0, 0), 120, minutes(5))).toBeUndefined();
  });
});

describe('what is drawn of an area', () => {
  test('is its ground, labeled with its people, and the way with minutes and meters', () => {
    const answer = { kaimen: { question: { cohort: 'people' } }, features: [{ geometry: {}, properties: area() }] } as unknown as GapAreas;
    const [piece] = gapGround(answer, words).pieces;
    expect([piece!.label, piece!.weight, piece!.warm]).toEqual(['80 people', 80, true]);
    const way = gapWay(area(), words)!;
    expect(way.path).toHaveLength(3);
    // 1200 s are 20.0 minutes.
    expect(way.label).toMatch(/^Park\n.*"20.0".*"1,500"/);
  });

  test('has no way where none leads to any', () => {
    expect(gapWay(area({ nearest_s: null, nearest_m: null, path: null }), words)).toBeUndefined();
  });

  test('is the line of the way with both its ends, the last one labeled; one place is a mark', () => {
    const { features } = wayFeatures({ path: [[0, 0], [1, 1]], label: 'x' });
    expect(features.map((f) => f.geometry.type)).toEqual(['LineString', 'Point', 'Point']);
    expect(features.map((f) => f.properties!.label)).toEqual([undefined, undefined, 'x']);
    expect(wayFeatures({ path: [[4, 5]], label: 'y' }).features).toHaveLength(1);
    expect(wayFeatures({ path: [], label: '' }).features).toEqual([]);
  });

  test('is shown with all of the way', () => {
    const square = { type: 'Polygon' as const, coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]] };
    expect(boxOf(square)).toEqual([0, 0, 1, 1]);
    expect(boxOf(square, [[0.5, 0.5], [3, -2]])).toEqual([0, -2, 3, 1]);
  });
});

describe('the address', () => {
  test('holds how the gaps are seen; what is not offered is left out', () => {
    const state = { gaps: 'points' as const, radius: 60, area: 'P1' };
    expect(parse(format(state))).toEqual(state);
    expect(parse('?gaps=all&radius=61')).toEqual({});
  });
});
