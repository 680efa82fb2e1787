import { describe, expect, test } from 'vitest';
import { areaOf, distance, lengthOf } from '../../src/tools/geodesic';
import { inTiles, placeOf } from '../../src/map/tiling';
import { glyphPath } from '../../src/map/shapes';
import { parseHidden, toggled } from '../../src/question/switches';
import { readFileSync } from 'node:fs';

describe('measuring', () => {
  // geod of PROJ 9.1: geod -I +ellps=WGS84 -F %.5f <<< "29.59 105.07 29.60 105.08".
  const METERS = 1472.12937;
  test('agrees with PROJ to a millimeter', () => {
    expect(distance([105.07, 29.59], [105.08, 29.6])).toBeCloseTo(METERS, 3);
    expect(lengthOf([[105.07, 29.59], [105.08, 29.6], [105.07, 29.59]])).toBeCloseTo(2 * METERS, 3);
    expect(lengthOf([[105.07, 29.59]])).toBe(0);
  });

  // One arc minute square: on the ellipsoid, the area between two parallels is
  // a²(1-e²) ∫ cos φ / (1 - e² sin² φ)² dφ per radian; its sides here are
  // geodesics, not parallels, which differ by less than a millionth.
  test('has the area of a square of one minute', () => {
    const minute = 1 / 60;
    const [south, north] = [29.59, 29.59 + minute].map((d) => (d * Math.PI) / 180) as [number, number];
    const e2 = 0.00669437999014;
    let integral = 0;
    for (let i = 0; i < 1000; i++) {
      const phi = south + ((north - south) * (i + 0.5)) / 1000;
      integral += (Math.cos(phi) / (1 - e2 * Math.sin(phi) ** 2) ** 2) * ((north - south) / 1000);
    }
    const want = 6378137 ** 2 * (1 - e2) * integral * ((minute * Math.PI) / 180);
    const ring = [[105, 29.59], [105 + minute, 29.59], [105 + minute, 29.59 + minute], [105, 29.59 + minute]] as [number, number][];
    expect(areaOf(ring) / want).toBeCloseTo(1, 5);
    expect(areaOf([...ring].reverse())).toBeCloseTo(areaOf(ring), 3);
  });
});

describe('tiles of others', () => {
  test('are found from a place and back', () => {
    expect(inTiles([0, 0], 1)).toEqual([1, 1]);
    expect(inTiles([-180, 0], 3)[0]).toBe(0);
    const [x, y] = inTiles([105.07, 29.59], 16);
    const [lon, lat] = placeOf(x, y, 16);
    expect(lon).toBeCloseTo(105.07, 10);
    expect(lat).toBeCloseTo(29.59, 10);
  });
});

describe('layers', () => {
  test('that are hidden stand in the address in a fixed order, and nothing else does', () => {
    expect(parseHidden('roads,names,roads,zebra')).toEqual(['names', 'roads']);
    expect(parseHidden('zebra')).toBeUndefined();
    expect(parseHidden(null)).toBeUndefined();
    expect(toggled(['roads'], 'roads')).toEqual([]);
    expect(toggled(undefined, 'care')).toEqual(['care']);
  });
});

describe('glyphs', () => {
  test('are one of its own for every kind that the standards name', () => {
    const kinds = [...readFileSync(new URL('../../../../coverage/standard/kinds.yaml', import.meta.url), 'utf8').matchAll(/kind: (\w+)/g)].map((m) => m[1]!);
    expect(kinds.length).toBeGreaterThan(20);
    const glyphs = kinds.map(glyphPath);
    expect(new Set([...glyphs, glyphPath('no such kind')]).size).toBe(kinds.length + 1);
  });
});
