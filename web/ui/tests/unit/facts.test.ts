import { expect, test } from 'vitest';
import type { LevelReport, SourceReport, Warning } from '../../src/api/types';
import { entrancesOf, findingsOf, lostRows, mergedRows, warningsBeyond, warningsOnce } from '../../src/panels/facts';

const whole: LevelReport = {
  level: 'grid', zones: 4, dedicated: 1, by_id: 4, by_place: 0, orphans: 0, area_m2: 1e6, gaps: 0, gap_m2: 0,
  overlaps: 0, overlap_m2: 0, outside: 0, outside_m2: 0, duplicates: 0, slivers: 0, sliver_m2: 0,
};

test('zones that fit have no findings', () => {
  expect(findingsOf(whole)).toEqual([]);
});

test('each thing amiss is told by its reason code, with its own count and ground', () => {
  const amiss = {
    ...whole, orphans: 1, duplicates: 2, gaps: 3, gap_m2: 30, overlaps: 4, overlap_m2: 40,
    outside: 5, outside_m2: 50, slivers: 6, sliver_m2: 60,
  };
  expect(findingsOf(amiss)).toEqual([
    { code: 'orphan', places: 1 },
    { code: 'duplicate_zone', places: 2 },
    { code: 'gap', places: 3, area: 30 },
    { code: 'overlap', places: 4, area: 40 },
    { code: 'outside_parent', places: 5, area: 50 },
    { code: 'sliver', places: 6, area: 60 },
  ]);
});

test.each([
  ['[[105.05,29.58],[105.06,29.59]]', [[105.05, 29.58], [105.06, 29.59]]],
  ['', []], [null, []], [undefined, []], ['not finite', []], ['{"a":1}', []],
])('the entrances %s are read as %j', (text, points) => {
  expect(entrancesOf({ entrances: text })).toEqual(points);
});

test('a gate that two sources hold is merged, not lost; other rows that were not used are', () => {
  const source = (layer: string, used: number, set_aside: { code: string; rows: number }[]): SourceReport => ({
    layer, source: 'x', read: 10, used, set_aside,
  });
  const gates = source('gates', 3, [{ code: 'duplicate', rows: 5 }, { code: 'bad_coordinates', rows: 2 }]);
  expect([mergedRows(gates), lostRows(gates)]).toEqual([5, 2]);
  // A road that lies over another ought to be told of.
  const roads = source('roads', 9, [{ code: 'duplicate', rows: 1 }]);
  expect([mergedRows(roads), lostRows(roads)]).toEqual([0, 1]);
  expect(lostRows({ layer: 'gates', source: 'x', read: 4, used: 4 })).toBe(0);
});

test('a warning is given once for each layer, and not again where it stands already', () => {
  const warning = (code: string, layer?: string): Warning => ({ code, message: '', count: 1, ...(layer && { layer }) });
  const all = [warning('synthetic'), warning('too_far'), warning('too_far', 'facilities'), warning('too_far')];
  expect(warningsOnce(all)).toEqual([warning('too_far'), warning('too_far', 'facilities')]);
  expect(warningsBeyond([...all, warning('edge_of_data')], [warning('too_far')])).toEqual([
    warning('too_far', 'facilities'), warning('edge_of_data'),
  ]);
});
