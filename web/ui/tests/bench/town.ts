import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Blocks along each side, and houses along each side of a block: 50 * 50 * 10 = 25,000. */
const BLOCKS = 50;
const HOUSES: readonly [number, number] = [5, 2];
export const BUILDINGS = BLOCKS * BLOCKS * HOUSES[0] * HOUSES[1];

const WEST = 105;
const SOUTH = 29.5;
/** Some hundred meters, in degrees. */
const BLOCK = 0.001;

type Ring = [number, number][];
const feature = (properties: object, geometry: object) => ({ type: 'Feature', properties, geometry });
const box = (w: number, s: number, e: number, n: number): Ring => [[w, s], [e, s], [e, n], [w, n], [w, s]];

/** Imports a town of square blocks with a house for every few people, and returns the store. */
export function buildTown(folder: string, kaimen: string): string {
  mkdirSync(folder, { recursive: true });
  const end = BLOCKS * BLOCK;
  const roads = Array.from({ length: BLOCKS + 1 }, (_, i) => i * BLOCK).flatMap((at, i) => [
    feature({ id: `e${i}`, class: 'residential' }, { type: 'LineString', coordinates: [[WEST, SOUTH + at], [WEST + end, SOUTH + at]] }),
    feature({ id: `n${i}`, class: 'residential' }, { type: 'LineString', coordinates: [[WEST + at, SOUTH], [WEST + at, SOUTH + end]] }),
  ]);
  const houses: object[] = [];
  const people = ['id,lon,lat,people'];
  const schools = ['id,name,kind,lon,lat'];
  for (let bx = 0; bx < BLOCKS; bx++) {
    for (let by = 0; by < BLOCKS; by++) {
      const [x, y] = [WEST + bx * BLOCK, SOUTH + by * BLOCK];
      if (bx % 12 === 5 && by % 12 === 5) schools.push(`s${bx}-${by},School ${bx}-${by},school,${x + BLOCK / 2},${y}`);
      for (let hx = 0; hx < HOUSES[0]; hx++) {
        for (let hy = 0; hy < HOUSES[1]; hy++) {
          const id = `h${bx}-${by}-${hx}-${hy}`;
          const [w, s] = [x + 0.0001 + hx * 0.00016, y + 0.00015 + hy * 0.0004];
          houses.push(feature({ id }, { type: 'Polygon', coordinates: [box(w, s, w + 0.00012, s + 0.0003)] }));
          people.push(`p${id},${(w + 0.00006).toFixed(6)},${(s + 0.00015).toFixed(6)},${2 + ((bx + by + hx) % 5)}`);
        }
      }
    }
  }
  const write = (name: string, features: object[]) =>
    writeFileSync(join(folder, name), JSON.stringify({ type: 'FeatureCollection', features }));
  write('roads.geojson', roads);
  write('houses.geojson', houses);
  const margin = BLOCK / 10;
  const whole = box(WEST - margin, SOUTH - margin, WEST + end + margin, SOUTH + end + margin);
  write('communities.geojson', [feature({ id: 'c1', name: 'The town' }, { type: 'Polygon', coordinates: [whole] })]);
  writeFileSync(join(folder, 'people.csv'), people.join('\n'));
  writeFileSync(join(folder, 'schools.csv'), schools.join('\n'));
  writeFileSync(
    join(folder, 'study.yaml'),
    `study: big-town
name: {zh: 大镇, en: Big town}
synthetic: true
crs: EPSG:4326
sources:
  roads:      [{file: roads.geojson, fields: {id: id, class: class}}]
  boundaries: [{file: communities.geojson, level: community, fields: {id: id, name: name}}]
  buildings:  [{file: houses.geojson, fields: {id: id}}]
  demand:     [{file: people.csv, fields: {id: id, x: lon, y: lat, people: people}}]
  facilities: [{file: schools.csv, fields: {id: id, name: name, kind: kind, x: lon, y: lat}}]
`,
  );
  const store = join(folder, 'town.gpkg');
  execFileSync(kaimen, ['import', join(folder, 'study.yaml'), '--store', store], { stdio: 'pipe' });
  return store;
}
