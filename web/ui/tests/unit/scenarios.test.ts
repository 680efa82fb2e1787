import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/api/types';
import { points } from '../../src/i18n/format';
import { classOf } from '../../src/question/classes';
import { formatDraft, parseDraft } from '../../src/question/draft';
import { format, parameters, parse, resolve, type State } from '../../src/question/question';
import { drawnChanges, roadsOf } from '../../src/scenarios/drawing';
import { apart, between, footOn, lengthOf, nearestRoad, typedPlaces } from '../../src/scenarios/line';

const summary = {
  id: 'town', kinds: [{ kind: 'park' }], levels: [{ level: 'study' }], cohorts: [{ cohort: 'people' }], profiles: [{ profile: 'walk' }],
} as never;

const PARK: Change = { change: 'add_facility', kind: 'pocket_park', id: 'new-1', name: '新口袋公园 1', at: [105.07, 29.59] };
const ROAD: Change = { change: 'draw_road', line: [[105.07, 29.59], [105.071, 29.59]], class: 'footway' };
const PART: Change = { change: 'close_road', road: '9', from: [105.07, 29.59], to: [105.071, 29.59] };

describe('the address', () => {
  test('a scenario, what it is compared with, and a draft read back the same', () => {
    const states: State[] = [
      { scenario: 's-1', against: 'south-gate-open', tab: 'whatif' },
      { tab: 'whatif', draft: { zh: '加一个“公园” & 路', en: 'A park', changes: [PARK, ROAD, PART] } },
      { draft: { id: 's-1', hash: 'abc', changes: [] } },
    ];
    for (const state of states) expect(parse(format(state))).toEqual(state);
  });

  test.each(['', '{', 'null', '[]', '{"changes":3}'])('%s is no draft', (text) => {
    expect(parseDraft(text)).toBeUndefined();
  });

  test('what of a draft cannot be read is left out', () => {
    const odd = { zh: 7, changes: [{ change: 'burn', road: '9' }, { ...PARK, at: [200, 0], capacity: 'many' }, null, PART] };
    const { at: _, ...placeless } = PARK;
    expect(parseDraft(JSON.stringify(odd))).toEqual({ changes: [placeless, PART] });
  });

  test('an empty name is not written', () => {
    expect(formatDraft({ zh: '', changes: [] })).toBe('{"changes":[]}');
  });

  test('the question is asked under the scenario, and under none without one', () => {
    expect(parameters(resolve({ scenario: 's-1' }, summary)!)).toMatchObject({ scenario: 's-1' });
    expect(parameters(resolve({}, summary)!)).not.toHaveProperty('scenario');
  });
});

describe('a change of coverage', () => {
  test('is large from ten points on, and none within what sums differ by', () => {
    const cases: [number | null, number][] = [[-0.3, 0], [-0.1, 0], [-0.0999, 1], [-1e-12, 2], [0, 2], [1e-12, 2], [0.01, 3], [0.0999, 3], [0.1, 4], [1, 4], [null, -1]];
    for (const [change, want] of cases) expect([change, classOf(change, 'change')]).toEqual([change, want]);
  });

  test('is told in points with its sign', () => {
    expect([0.0321, -0.5, 0.0001, 0, null].map(points)).toEqual(['+3.2', '−50.0', '0.0', '0.0', '–']);
  });
});

describe('lines', () => {
  // At the equator a thousandth of a degree is 111.32 m either way. The line goes east, then north.
  const bend = [[0, 0], [0.001, 0], [0.001, 0.001]];

  test('lengths are in meters', () => {
    expect(lengthOf(bend)).toBeCloseTo(222.64, 1);
    expect(apart([0, 60], [0.001, 60])).toBeCloseTo(55.66, 1);
  });

  test('the foot is the nearest place on the line, its ends included', () => {
    const middle = footOn(bend, [0.0005, -0.0001]);
    expect([middle.at[0], middle.at[1], middle.part]).toEqual([expect.closeTo(0.0005, 9), expect.closeTo(0, 9), 0]);
    expect(middle.meters).toBeCloseTo(11.13, 1);
    expect(footOn(bend, [-0.001, 0]).at).toEqual([0, 0]);
  });

  test('the part between two places has the corner between them, whichever comes first', () => {
    const want = [[0.0005, 0], [0.001, 0], [0.001, 0.0005]].map((p) => p.map((x) => expect.closeTo(x, 9)));
    expect(between(bend, [0.0005, 0.0001], [0.0011, 0.0005])).toEqual(want);
    expect(between(bend, [0.0011, 0.0005], [0.0005, 0.0001])).toEqual(want);
  });

  test('the nearest road is one within reach', () => {
    const roads = { type: 'FeatureCollection', features: [
      { type: 'Feature', properties: { id: 'far' }, geometry: { type: 'LineString', coordinates: [[0, 0.001], [0.001, 0.001]] } },
      { type: 'Feature', properties: { id: 'near' }, geometry: { type: 'LineString', coordinates: [[0, 0], [0.001, 0]] } },
    ] } as const;
    expect(nearestRoad(roads as never, [0.0005, 0.0001], 40)?.road.properties.id).toBe('near');
    expect(nearestRoad(roads as never, [0.0005, 0.0005], 40)).toBeUndefined();
  });

  test('typed places are read in the forms people write them, and nothing else', () => {
    expect(typedPlaces('105.07, 29.59')).toEqual([[105.07, 29.59]]);
    expect(typedPlaces(' 105.07,29.59; 105.071 29.6 ')).toEqual([[105.07, 29.59], [105.071, 29.6]]);
    expect(typedPlaces('[105.07, 29.59]')).toEqual([[105.07, 29.59]]);
    for (const text of ['', 'here', '105.07', '105.07, 29.59, near the gate', '105, 95', '200, 10']) expect([text, typedPlaces(text)]).toEqual([text, undefined]);
  });
});

describe('on the map', () => {
  const facilities = { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2] }, properties: { id: 'F1', kind: 'park', name: 'Old park' } }] } as never;
  const changes: Change[] = [
    PARK, { change: 'remove_facility', kind: 'park', id: 'F1' }, ROAD, { change: 'close_road', road: '9' }, { change: 'remove_facility', kind: 'park', id: 'gone' }, { change: 'open_gate', gate: 'G1' },
  ];

  test('each change has its look under its place in the list; what cannot be placed is left out', () => {
    const drawn = drawnChanges(changes, { facilities, roads: new Map([['9', [[0, 0], [1, 1]]]]) }, (c) => c.change);
    expect(drawn.map((d) => [d.id, d.look, d.tip?.name])).toEqual([
      ['0', 'added', 'add_facility'], ['1', 'removed', 'remove_facility'], ['2', 'new-road', 'draw_road'], ['3', 'closed-road', 'close_road'],
    ]);
    expect(drawn[1]!.geometry).toEqual({ type: 'Point', coordinates: [1, 2] });
  });

  test('roads are asked for once each', () => {
    expect(roadsOf([PART, { change: 'close_road', road: '9' }, PARK])).toEqual(['9']);
  });
});

