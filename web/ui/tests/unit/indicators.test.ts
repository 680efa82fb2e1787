import { describe, expect, test } from 'vitest';
import type { CompletenessRow, Coverage, Completeness, EquityRow, Estates, PerCapita, PerCapitaRow, SensitivityRow } from '../../src/api/types';
import type { useWords } from '../../src/i18n/words';
import { ends, fewestFirst, rulesOf, shareOfLeast, unitOfRule, worstOf } from '../../src/indicators/figures';
import { classOf } from '../../src/question/classes';
import { estateGround } from '../../src/question/ground';
import { completenessPainting, coveragePainting } from '../../src/question/painting';

const reached = (id: string, mean: number | null, demand = 10, level = 'community') =>
  ({ id, name: id, level, parent: '', demand, mean_reached: mean }) as CompletenessRow;
const rated = (id: string, rate: number | null, demand = 10, level = 'community') =>
  ({ id, name: id, level, parent: '', demand, coverage_rate: rate }) as EquityRow;

describe('zones with the fewest needs within reach', () => {
  test('come first; among equals the one with more people, then by id', () => {
    const rows = [reached('c', 3), reached('b', 3), reached('d', 3, 20), reached('a', 5), reached('e', 0.5)];
    expect(fewestFirst(rows).map((r) => r.id)).toEqual(['e', 'd', 'b', 'c', 'a']);
    expect(rows[0]!.id, 'what was given stays in its order').toBe('c');
  });

  test('are inhabited zones; the study as a whole is none', () => {
    expect(fewestFirst([reached('nobody', null, 0), reached('town', 2, 99, 'study')])).toEqual([]);
  });
});

describe('the ends of a ranking', () => {
  test('name one zone each and count those level with it', () => {
    const rows = [rated('a', 0), rated('b', 0, 30), rated('c', 0.4), rated('d', 1), rated('e', 1, 15), rated('f', null)];
    // The server says which is worst. Of the two at 100 % the larger one is named.
    const { low, high } = ends(rows, 'b');
    expect([low?.zone.id, low?.equals]).toEqual(['b', 1]);
    expect([high?.zone.id, high?.equals]).toEqual(['e', 1]);
  });

  test('are not there where the study is not divided, or nobody lives in it', () => {
    expect(ends([rated('town', 0.5, 10, 'study')], 'town')).toEqual({});
    expect(ends([rated('a', null, 0)], null)).toEqual({});
  });
});

describe('a Lorenz curve', () => {
  const point = (people_share: number, value_share: number) => ({ people_share, value_share });

  test('is read between its points', () => {
    // Six tenths have nothing; from there to the end the share grows in a line: at 0.8 it is half.
    const curve = [point(0, 0), point(0.6, 0), point(1, 1)];
    expect(shareOfLeast(curve, 0.5)).toBe(0);
    expect(shareOfLeast(curve, 0.6)).toBe(0);
    expect(shareOfLeast(curve, 0.8)).toBeCloseTo(0.5, 12);
    expect(shareOfLeast(curve, 1)).toBe(1);
  });

  test('of all alike gives to each half a half', () => {
    expect(shareOfLeast([point(0, 0), point(1, 1)], 0.5)).toBe(0.5);
  });

  test('that is empty says nothing', () => {
    expect(shareOfLeast([], 0.5)).toBeNull();
  });
});

describe('the unit of a rule', () => {
  test.each([
    ['places/1000 people', { supply: 'places', per: 1000, weight: 'people' }],
    ['m2/100 households', { supply: 'm2', per: 100, weight: 'households' }],
    ['m2/person', { supply: 'm2', per: 1, weight: 'person' }],
    ['workers/grid', { supply: 'workers', per: 1, weight: 'grid' }],
    ['m', undefined],
    ['', undefined],
  ])('%s is taken apart', (unit, parts) => {
    expect(unitOfRule(unit)).toEqual(parts);
  });
});

describe('rules of so much for so many', () => {
  const row = (id: string, level: string) => ({ id, level, rule: 'r' }) as PerCapitaRow;
  const answer = { summary: { rules: [row('town', 'study')] }, rows: [row('a', 'grid'), row('b', 'grid')] } as PerCapita;

  test('are those of the selected zone', () => {
    expect(rulesOf(answer, 'b')).toEqual({ rows: [row('b', 'grid')], zone: 'b' });
  });

  test('are the study\'s where no zone is selected, or one of another level', () => {
    for (const zone of [undefined, 'a street']) expect(rulesOf(answer, zone)).toEqual({ rows: [row('town', 'study')] });
  });
});

describe('what loses most', () => {
  const row = (family: string, id: string, change: number) => ({ family, id, change }) as SensitivityRow;

  test('is of one family, the worst first, ties by id; what loses nobody is left out', () => {
    const rows = [row('gate', 'b', -5), row('gate', 'a', -5), row('facility', 'f', -9), row('gate', 'c', 0), row('gate', 'd', -7)];
    expect(worstOf(rows, 'gate', 9).map((r) => r.id)).toEqual(['d', 'a', 'b']);
    expect(worstOf(rows, 'gate', 1).map((r) => r.id)).toEqual(['d']);
    expect(worstOf(rows, 'bridge', 3)).toEqual([]);
  });
});

describe('estates on the map', () => {
  test('are warm where somebody lacks something, and named by their id where they have no name', () => {
    const words = { t: (key: string) => key, amount: (n: number) => `${n} people` } as unknown as ReturnType<typeof useWords>;
    const estate = (id: string, name: string, unserved: number) => ({ geometry: {}, properties: { id, name, unserved, demand: 9 } });
    const answer = { kaimen: { question: { cohort: 'people' } }, features: [estate('E1', 'Mill', 4), estate('E2', '', 0)] } as unknown as Estates;
    const { of, pieces } = estateGround(answer, words);
    expect(of).toBe('estates');
    expect(pieces.map((p) => [p.label, p.warm, p.tip.figure])).toEqual([['Mill', true, 'estates.lacking'], ['E2', false, 'estates.nothing']]);
  });
});

describe('what the map is painted by', () => {
  const words = {
    t: (key: string, values: object) => `${key} ${JSON.stringify(values ?? {})}`,
    amount: (n: number) => `${n} people`,
  } as unknown as ReturnType<typeof useWords>;

  test('is the coverage rate, with those left out', () => {
    const coverage = {
      question: { level: 'grid', cohort: 'people' },
      rows: [{ id: 'a', name: 'A', demand: 8, uncovered: 6, coverage_rate: 0.25 }],
    } as unknown as Coverage;
    const { level, zones, figure, tip } = coveragePainting(coverage, words);
    expect([level, zones]).toEqual(['grid', [{ id: 'a', name: 'A', demand: 8, rate: 0.25 }]]);
    expect(figure(zones[0]!)).toBe('25.0 %');
    expect(tip(zones[0]!)).toContain('6 people');
  });

  test('is the needs reached as a share of all needs; nobody is no rate', () => {
    const answer = {
      question: { level: 'community' },
      summary: { needs: 11 },
      rows: [reached('a', 5.5), reached('b', 11), reached('c', null, 0)],
    } as unknown as Completeness;
    const { zones, figure } = completenessPainting(answer, words);
    // Half of all needs is in the third of five classes, all of them in the last.
    expect(zones.map((z) => classOf(z.rate))).toEqual([2, 4, -1]);
    expect(zones.map(figure)).toEqual(['5.5/11', '11.0/11', '']);
  });
});
