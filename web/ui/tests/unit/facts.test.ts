import { expect, test } from 'vitest';
import type { LevelReport } from '../../src/api/types';
import { entrancesOf, findingsOf } from '../../src/panels/facts';

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
