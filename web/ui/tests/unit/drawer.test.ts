import { describe, expect, test } from 'vitest';
import { stepsOf } from '../../src/api/drawer';
import { downloadAddress } from '../../src/api/client';
import type { CompletenessRow, Distribution, Row } from '../../src/api/types';
import { sharesWithin, stepAt, stepsOfZone } from '../../src/charts/distribution';
import { clampHeight, formatConditions, parseConditions, stepHeight, withCondition } from '../../src/question/drawer';
import { format, parse, type Question } from '../../src/question/question';
import { asText, nextCell } from '../../src/tables/grid';
import { firstKinds, sortKinds } from '../../src/tables/kinds';
import { filterRows, totalsOf } from '../../src/tables/rows';

const row = (id: string, more: Partial<Row>): Row => ({
  id, name: id, level: 'community', parent: '', demand: 100, covered: 40, coverage_rate: 0.4, uncovered: 60,
  mean_s: 600, p90_s: null, mean_m: 700, p90_m: null, median_s: null, max_s: null, median_m: null, max_m: null,
  unreached: 0, facilities_inside: 1, facilities_reachable: 3, ...more,
});

describe('the drawer in the address', () => {
  test('what is chosen comes back as it was', () => {
    const search = '?drawer=kinds&tall=60&columns=name,demand&where=uncovered:100..,coverage_rate:..50&beside=school,park';
    expect(parse(search).drawer).toEqual({
      view: 'kinds', tall: 60, columns: ['name', 'demand'],
      where: [{ column: 'uncovered', least: 100 }, { column: 'coverage_rate', most: 50 }], kinds: ['school', 'park'],
    });
    expect(format(parse(search))).toBe(search);
  });

  test('what is usual is not said, what cannot be read is left out', () => {
    expect(format({ drawer: { view: 'table' } })).toBe('');
    expect(parse('?drawer=moon&tall=900&where=x,uncovered:..,uncovered:a..').drawer).toBeUndefined();
  });

  test('one column has one range, each end of which can be set', () => {
    const both = withCondition(withCondition([], 'demand', { least: 5 }), 'demand', { most: 9.5 });
    expect(both).toEqual([{ column: 'demand', least: 5, most: 9.5 }]);
    expect(parseConditions(formatConditions(both))).toEqual(both);
    expect(withCondition(both, 'demand')).toEqual([]);
  });

  test('the height stays where the map is in sight', () => {
    expect(clampHeight(3)).toBe(15);
    expect(stepHeight(78, 'ArrowUp')).toBe(80);
    expect(stepHeight(34, 'Home')).toBe(15);
    expect(stepHeight(34, 'a')).toBeUndefined();
  });
});

describe('filtering by figures', () => {
  test('limits are in the unit of the heading, ends are inside, unknown meets none', () => {
    const rows = [row('a', {}), row('b', { coverage_rate: 0.5, mean_s: 601 }), row('c', { coverage_rate: null, mean_s: null })];
    const ids = (where: string) => filterRows(rows, undefined, undefined, undefined, parseConditions(where)).map((r) => r.id).join('');
    expect(ids('coverage_rate:..40')).toBe('a');
    expect(ids('coverage_rate:40..50')).toBe('ab');
    expect(ids('mean_s:..10')).toBe('a');
    expect(ids('demand:100..,mean_s:10.01..')).toBe('b');
    expect(ids('name:3..')).toBe('abc');
  });

  test('the total of no people has no rate, others that of the sums', () => {
    expect(totalsOf([])).toMatchObject({ demand: 0, coverage_rate: null });
    // 40 of 100 and 100 of 100 are 140 of 200.
    expect(totalsOf([row('a', {}), row('b', { covered: 100, uncovered: 0 })])).toMatchObject({ demand: 200, covered: 140, coverage_rate: 0.7, uncovered: 60 });
  });
});

describe('walking a grid of 5 rows and 3 columns', () => {
  const go = (row: number, column: number, key: string, ctrl = false) => nextCell({ row, column }, key, 5, 3, 2, ctrl);
  test.each([
    [0, 0, 'ArrowDown', false, { row: 1, column: 0 }], [4, 0, 'ArrowDown', false, { row: 4, column: 0 }],
    [0, 1, 'ArrowUp', false, { row: -1, column: 1 }], [-1, 1, 'ArrowUp', false, { row: -1, column: 1 }],
    [2, 2, 'ArrowRight', false, { row: 2, column: 2 }], [2, 2, 'Home', false, { row: 2, column: 0 }],
    [2, 2, 'Home', true, { row: 0, column: 0 }], [0, 0, 'End', true, { row: 4, column: 2 }],
    [1, 0, 'PageDown', false, { row: 3, column: 0 }], [4, 0, 'PageUp', false, { row: 2, column: 0 }],
  ] as const)('from %i, %i by %s', (row, column, key, ctrl, to) => {
    expect(go(row, column, key, ctrl)).toEqual(to);
  });
  test('other keys are not taken', () => expect(go(0, 0, '1')).toBeUndefined());

  test('copied rows are lines of tabs, with units in the headings and no break inside a cell', () => {
    expect(asText([{ key: 'n', text: 'Name' }, { key: 'm', text: 'Mean', unit: 'min' }], [['a\tb', '1.5']])).toBe('Name\tMean (min)\na b\t1.5');
  });
});

describe('distributions', () => {
  const zone = (id: string, level: string) => ({ id, level, name: id, parent: '' });
  const step = (id: string, level: string, minutes: number, demand: number, rate: number) =>
    ({ ...zone(id, level), cutoff_s: minutes * 60, cutoff_m: null, demand, within: 0, within_rate: rate });
  const answer = {
    summary: { zones: [zone('s', 'study'), zone('c', 'community')] },
    rows: [step('s', 'study', 5, 10, 0.1), step('s', 'study', 10, 30, 0.4), step('c', 'community', 5, 1, 1)],
  } as unknown as Distribution;

  test('the steps of the study and of a zone are told apart', () => {
    expect(stepsOfZone(answer, undefined)).toEqual([{ end: 5, demand: 10, rate: 0.1 }, { end: 10, demand: 30, rate: 0.4 }]);
    expect(stepsOfZone(answer, 'c')).toEqual([{ end: 5, demand: 1, rate: 1 }]);
  });

  test('a cutoff at the end of a step is of that step, one beyond all of the last', () => {
    const steps = stepsOfZone(answer, undefined);
    expect([1, 5, 5.1, 10, 99].map((c) => stepAt(steps, c))).toEqual([0, 0, 1, 1, 1]);
    expect(sharesWithin(steps, [5, 7, 10])).toEqual([{ cutoff: 5, rate: 0.1 }, { cutoff: 10, rate: 0.4 }]);
  });

  test('the cutoff stands in the first two thirds', () => {
    const q = (value: number, unit: 'min' | 'm') => stepsOf({ cutoff: { value, unit } } as Question);
    expect([q(15, 'min'), q(20, 'min'), q(21, 'min'), q(120, 'min'), q(1000, 'm'), q(10_000, 'm')]).toEqual([30, 30, 60, 240, 30, 240]);
  });
});

describe('kinds side by side', () => {
  test('the kind asked about is always among the first', () => {
    const many = [...'abcdefghij'];
    expect(firstKinds(many, 'b')).toEqual([...'abcdefgh']);
    expect(firstKinds(many, 'j')).toEqual([...'jabcdefg']);
  });

  test('sorted by a kind or by all, unknown last either way', () => {
    const zone = (id: string, all: number | null, school: number | null) =>
      ({ id, name: id, demand: 1, complete_rate: all, mean_reached: all, reach: { 'school:1': school } }) as unknown as CompletenessRow;
    const rows = [zone('a', 0.5, 0.1), zone('b', 0.2, 0.9), zone('c', null, null)];
    const ids = (column: string, falling: boolean) => sortKinds(rows, { column, falling }, new Intl.Collator('en')).map((r) => r.id).join('');
    expect([ids('all', false), ids('all', true), ids('school', true), ids('name', true)]).toEqual(['bac', 'abc', 'bac', 'cba']);
  });
});

test('a file is asked for in its form; only CSV needs the mark for spreadsheets', () => {
  expect(downloadAddress('s', 'coverage', { kind: 'park', zones: ['a', 'b'], none: undefined }, 'xlsx')).toBe('/api/v1/studies/s/coverage?kind=park&zones=a%2Cb&f=xlsx');
  expect(downloadAddress('s', 'coverage', {}, 'csv')).toBe('/api/v1/studies/s/coverage?f=csv&bom=true');
});
