import { describe, expect, test } from 'vitest';
import type { Summary } from '../../src/api/types';
import { format, parameters, parse, resolve, step, validCutoff, type State } from '../../src/question/question';

const summary = {
  id: 'town',
  kinds: [{ kind: 'clinic' }, { kind: 'school' }],
  levels: [{ level: 'study' }, { level: 'street' }, { level: 'grid' }],
  cohorts: [{ cohort: 'people' }, { cohort: 'elderly' }],
  profiles: [{ profile: 'walk' }],
} as unknown as Summary;

describe('the address', () => {
  test('what is written reads back the same', () => {
    const states: State[] = [
      {},
      { study: 'town', kind: 'pocket_park', level: 'grid', profile: 'walk', cohort: 'elderly' },
      { cutoff: { unit: 'min', value: 15 } },
      { cutoff: { unit: 'm', value: 1250 }, tab: 'gaps', zone: '511011001002', sort: '-uncovered' },
      { facility: 'school/S 1&2', find: '麻柳坝 社区', classes: [0, 4], view: [105.07, 29.59, 13.25], lang: 'en' },
      { table: 'closed' },
      { tab: 'indicators', indicator: 'per_capita', zone: '511011001002' },
      { tab: 'indicators', indicator: 'completeness', circle: 'complete-community', rule: 'both' },
    ];
    for (const state of states) expect(parse(format(state))).toEqual(state);
  });

  test('the same state gives the same address whatever the order of its members', () => {
    expect(format({ level: 'grid', kind: 'school' })).toBe(format({ kind: 'school', level: 'grid' }));
  });

  test.each([
    ['?min=abc'], ['?min=0'], ['?min=-5'], ['?m=1e9'], ['?min='], ['?tab=roads'], ['?class=0,9'], ['?class=x'],
    ['?at=1,2'], ['?at=1,200,3'], ['?lang=fr'], ['?table=ajar'], ['?kind='], ['?indicator=luck'], ['?rule=mine'],
  ])('%s says nothing usable and is left out', (search) => {
    expect(parse(search)).toEqual({});
  });
});

describe('the question', () => {
  test('defaults come from what the study has', () => {
    // No community level, so the next wish is the street; no pocket park nor park, so the school.
    expect(resolve({}, summary)).toEqual({
      study: 'town', kind: 'school', level: 'street', profile: 'walk', cohort: 'people',
      cutoff: { unit: 'min', value: 15 },
    });
  });

  test('what the address says wins, even when the study does not know it: the server then tells', () => {
    expect(resolve({ kind: 'unheard_of', cohort: 'elderly' }, summary)).toMatchObject({
      kind: 'unheard_of', cohort: 'elderly',
    });
  });

  test('a study without facilities or without people cannot be asked', () => {
    expect(resolve({}, { ...summary, kinds: [] })).toBeUndefined();
    expect(resolve({}, { ...summary, cohorts: [] })).toBeUndefined();
  });

  test('the cutoff is asked in its own unit and in no other', () => {
    const q = resolve({}, summary)!;
    expect(parameters(q)).toMatchObject({ cutoff_min: 15 });
    expect(parameters(q)).not.toHaveProperty('cutoff_m');
    expect(parameters({ ...q, cutoff: { unit: 'm', value: 300 } })).toMatchObject({ cutoff_m: 300 });
  });
});

describe('the cutoff', () => {
  test('steps through the ready choices and stops at their ends', () => {
    const at = (value: number) => ({ unit: 'min', value }) as const;
    expect(step(at(5), 1)).toEqual(at(10));
    expect(step(at(7), 1)).toEqual(at(10));
    expect(step(at(12), -1)).toEqual(at(10));
    expect(step(at(15), 1)).toEqual(at(15));
    expect(step(at(5), -1)).toEqual(at(5));
    expect(step({ unit: 'm', value: 300 }, 1)).toEqual({ unit: 'm', value: 500 });
  });

  test('limits are inclusive', () => {
    expect(validCutoff({ unit: 'min', value: 1 })).toBe(true);
    expect(validCutoff({ unit: 'min', value: 120 })).toBe(true);
    expect(validCutoff({ unit: 'min', value: 120.1 })).toBe(false);
    expect(validCutoff({ unit: 'm', value: NaN })).toBe(false);
  });
});
