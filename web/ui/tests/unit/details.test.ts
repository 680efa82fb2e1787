import { describe, expect, test } from 'vitest';
import type { Place, PlaceFacility, PlaceRow, Rings } from '../../src/api/types';
import { beyond, lacking, pathDrawing, ringsDrawing, rounded, verdict } from '../../src/details/figures';
import { format, parse } from '../../src/question/question';
import type { useWords } from '../../src/i18n/words';

const words = { t: (key: string, values: { n: string }) => `${values.n} ${key}`, list: (x: string[]) => x.join(', ') } as unknown as ReturnType<typeof useWords>;

const at = (id: string, time: boolean | null, distance: boolean | null) => ({ id, within_time: time, within_distance: distance }) as PlaceFacility;
const row = (r: Partial<PlaceRow>) => r as PlaceRow;

describe('what the details say', () => {
  test('a limit is met, missed, or there is none', () => {
    expect([true, false, null].map(verdict)).toEqual(['met', 'missed', 'none']);
  });

  test('what is missing is ordered by people, without what all reach', () => {
    const rows = [row({ need: 'a', uncovered: 3 }), row({ need: 'b', uncovered: 0 }), row({ need: 'c', uncovered: 9 })];
    expect(lacking(rows).map((r) => r.need)).toEqual(['c', 'a']);
  });

  test('candidates are the two nearest beyond any limit', () => {
    const nearest = [at('in', true, true), at('far', true, false), at('slow', false, null), at('third', false, false)];
    expect(beyond(row({ nearest })).map((f) => f.id)).toEqual(['far', 'slow']);
  });
});

describe('what the details draw', () => {
  const place = { summary: { origin: { at: [105, 29] } } } as unknown as Place;

  test('the way with both its ends, the far one named', () => {
    const path = [[105, 29], [105.1, 29.1]];
    const { features } = pathDrawing(place, row({ path, nearest_name: 'Park', path_s: 90, path_m: 100 } as Partial<PlaceRow>), words);
    expect(features.map((f) => f.id)).toEqual(['path', 'from', 'to']);
    expect(features[0]!.geometry).toEqual({ type: 'LineString', coordinates: path });
    expect(features[2]!.label).toContain('Park');
    expect(features[2]!.label).toContain('1.5 unit.minutes');
  });

  test('the start alone where no way leads on', () => {
    expect(pathDrawing(place, row({ path: null }), words).features.map((f) => f.id)).toEqual(['from']);
  });

  test('rings from the largest to the innermost, whose rank is 0; none where nothing is within reach', () => {
    const geometry = { type: 'Polygon', coordinates: [] };
    const rings = { features: [{ geometry }, { geometry }, { geometry: null }] } as unknown as Rings;
    expect(ringsDrawing(rings, false).features.map((f) => [f.look, f.rank])).toEqual([['ring', 2], ['ring', 1]]);
    expect(ringsDrawing(rings, true).features[0]!.look).toBe('reached');
  });

  test('what is drawn stands in the address', () => {
    const state = { need: 'clinic', from: rounded([105.1234567, 29.7654321]), rings: 'site' as const, streets: 'on' as const };
    expect(parse(format(state))).toEqual(state);
    expect(state.from).toEqual([105.12346, 29.76543]);
    expect(parse('?from=500,1&rings=moon')).toEqual({});
  });
});
