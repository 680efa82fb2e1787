import { describe, expect, test } from 'vitest';
import type { Row, ZoneProperties } from '../../src/api/types';
import { classOf, histogram } from '../../src/question/classes';
import { ancestors, fullName } from '../../src/question/zones';
import { filterRows, nextSort, parseSort, sortRows } from '../../src/tables/rows';

function row(id: string, rate: number | null, more: Partial<Row> = {}): Row {
  return {
    id, name: id, level: 'community', parent: '', demand: 10, covered: 10 * (rate ?? 0), coverage_rate: rate,
    uncovered: 10 - 10 * (rate ?? 0), mean_s: null, p90_s: null, mean_m: null, p90_m: null,
    median_s: null, max_s: null, median_m: null, max_m: null, unreached: 0,
    facilities_inside: 0, facilities_reachable: 0, ...more,
  };
}
const directory = new Map<string, ZoneProperties>([
  ['s1', { id: 's1', level: 'street', name: '新江街道', parent: '' }],
  ['c1', { id: 'c1', level: 'community', name: '麻柳坝社区', parent: 's1' }],
  ['x', { id: 'x', level: 'grid', name: '', parent: 'x' }],
]);
const collator = new Intl.Collator('en', { numeric: true });
const ids = (rows: Row[]) => rows.map((r) => r.id).join('');

describe('classes', () => {
  test.each([
    [0, 0], [0.199, 0], [0.2, 1], [0.6, 3], [0.799, 3], [0.8, 4], [1, 4], [null, -1], [NaN, -1],
  ])('the rate %s is of class %s', (rate, expected) => {
    expect(classOf(rate)).toBe(expected);
  });

  test('every zone is counted once', () => {
    const rates = [0, 0.3, 0.31, 1, null];
    const { counts, none } = histogram(rates);
    expect(counts).toEqual([1, 2, 0, 0, 1]);
    expect(counts.reduce((a, b) => a + b) + none).toBe(rates.length);
  });
});

describe('sorting', () => {
  const rows = [row('b', 0.5), row('a', 0.5), row('c', null), row('d', 0.1)];

  test('unknown figures come last both ways, ties by id', () => {
    expect(ids(sortRows(rows, parseSort('coverage_rate'), directory, collator))).toBe('dabc');
    expect(ids(sortRows(rows, parseSort('-coverage_rate'), directory, collator))).toBe('abdc');
  });

  test('does not change what it was given', () => {
    sortRows(rows, parseSort('name'), directory, collator);
    expect(ids(rows)).toBe('bacd');
  });

  test('an unknown column is the default: most people without first', () => {
    expect(parseSort('-secrets')).toEqual({ column: 'uncovered', falling: true });
    expect(parseSort(undefined)).toEqual({ column: 'uncovered', falling: true });
  });

  test('numbers fall first, names rise first, the second click turns round', () => {
    expect(nextSort(parseSort('name'), 'demand')).toBe('-demand');
    expect(nextSort(parseSort('-demand'), 'demand')).toBe('demand');
    expect(nextSort(parseSort('-demand'), 'name')).toBe('name');
    expect(nextSort(parseSort('name'), 'name')).toBe('-name');
  });
});

describe('filtering', () => {
  const rows = [row('a1', 0.9, { name: '大千社区' }), row('a2', 0.1, { name: '红旗社区' }), row('b1', null)];

  test('by name or id, in any case', () => {
    expect(ids(filterRows(rows, '大千', undefined))).toBe('a1');
    expect(ids(filterRows(rows, 'A2', undefined))).toBe('a2');
    expect(ids(filterRows(rows, '  ', undefined))).toBe('a1a2b1');
  });

  test('by class; zones where nobody lives are of none', () => {
    expect(ids(filterRows(rows, undefined, [0, 4]))).toBe('a1a2');
  });
});

describe('names of zones', () => {
  test('Chinese goes from outer to inner, English back', () => {
    const zone = { id: 'g', name: '3网格', parent: 'c1' };
    expect(fullName(zone, directory, 'zh')).toBe('新江街道 麻柳坝社区 3网格');
    expect(fullName(zone, directory, 'en')).toBe('3网格, 麻柳坝社区, 新江街道');
  });

  test('a name that holds its parent\'s is not preceded by it', () => {
    const zone = { id: 'g', name: '麻柳坝社区第3网格', parent: 'c1' };
    expect(fullName(zone, directory, 'zh')).toBe('新江街道 麻柳坝社区第3网格');
  });

  test('a parent that is not there or goes in a circle ends the chain', () => {
    expect(ancestors('nowhere', directory)).toEqual([]);
    expect(ancestors('x', directory).length).toBeLessThan(10);
  });
});
