import { describe, expect, test } from 'vitest';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import type { Summary } from '../../src/api/types';
import { boundsOf, labelPoint } from '../../src/map/geometry';
import { FILLED } from '../../src/map/layers';
import { buildStyle } from '../../src/map/style';

const summary = { id: 'town', snapshot: 'abc' } as unknown as Summary;

describe('the style', () => {
  test.each(['light', 'dark'] as const)('%s is valid and names no other host', (theme) => {
    const style = buildStyle(summary, theme, 'http://127.0.0.1:1');
    expect(validateStyleMin(style as never)).toEqual([]);
    expect(style.glyphs).toBeUndefined();
    expect(style.sprite).toBeUndefined();
    const addresses = JSON.stringify(style).match(/https?:\/\/[^/"]+/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set(['http://127.0.0.1:1']));
  });

  test('both themes have the same layers in the same order, so one can be repainted as the other', () => {
    const ids = (theme: 'light' | 'dark') => buildStyle(summary, theme, '').layers.map((l) => l.id);
    expect(ids('dark')).toEqual(ids('light'));
  });

  test('the base map is one source; all others are filled as answers come, and not drawn until then', () => {
    const { sources, layers } = buildStyle(summary, 'light', '');
    const others = Object.keys(sources).filter((id) => sources[id]!.type !== 'vector');
    expect(Object.keys(sources).length - others.length).toBe(1);
    expect(new Set(others)).toEqual(new Set(FILLED));
    const drawn = layers.flatMap((layer) => ('source' in layer ? [layer.source] : []));
    expect(new Set(drawn)).toEqual(new Set(Object.keys(sources)));
  });

  test('names lie above areas, areas below roads', () => {
    const ids = buildStyle(summary, 'light', '').layers.map((l) => l.id);
    expect(ids.indexOf('zone-fill')).toBeLessThan(ids.indexOf('road-minor-casing'));
    expect(ids.indexOf('zone-name')).toBeGreaterThan(ids.indexOf('road-primary'));
    // What a list ranks is the subject: its names come first where not all have room.
    expect(ids.indexOf('ground-fill')).toBeLessThan(ids.indexOf('road-minor-casing'));
    expect(ids.indexOf('ground-name')).toBeGreaterThan(ids.indexOf('zone-name'));
  });
});

describe('shapes', () => {
  // A U of three strips, each one wide: the middle of its box is in the notch.
  const u = {
    type: 'Polygon' as const,
    coordinates: [[[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3], [0, 0]]],
  };

  test('a label stands inside, also where the middle is outside', () => {
    const [x, y] = labelPoint(u)!;
    const inside = y < 1 || x < 1 || x > 2;
    expect(inside).toBe(true);
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(3);
  });

  test('a label avoids holes and goes to the largest part', () => {
    const ring = (x0: number, size: number) => [[x0, 0], [x0 + size, 0], [x0 + size, size], [x0, size], [x0, 0]];
    const hole = [[14, 4], [16, 4], [16, 6], [14, 6], [14, 4]];
    const at = labelPoint({ type: 'MultiPolygon', coordinates: [[ring(0, 1)], [ring(10, 10), hole]] })!;
    expect(at[0]).toBeGreaterThan(10);
    expect(at[0] > 14 && at[0] < 16 && at[1] > 4 && at[1] < 6).toBe(false);
  });

  test('shapes without area have no label; boxes hold all parts', () => {
    expect(labelPoint({ type: 'Point', coordinates: [1, 2] })).toBeUndefined();
    expect(labelPoint({ type: 'MultiPolygon', coordinates: [] })).toBeUndefined();
    expect(boundsOf(u)).toEqual([0, 0, 3, 3]);
    expect(boundsOf({ type: 'Point', coordinates: [1, 2] })).toEqual([1, 2, 1, 2]);
    expect(boundsOf({ type: 'MultiPolygon', coordinates: [] })).toBeUndefined();
  });
});
