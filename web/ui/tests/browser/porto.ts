import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BINARY } from './server';

const SHARED = process.env.KAIMEN_SHARED_DATA ?? fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const CITY = join(SHARED, 'porto-alegre');

/** Why Porto Alegre cannot be visited here; undefined when it can. */
export function noPorto(): string | undefined {
  return existsSync(CITY) ? undefined : `the shared data directory has no porto-alegre (${SHARED}); name it in KAIMEN_SHARED_DATA`;
}

/** The study of a whole city: roads of OpenStreetMap, people, schools and clinics by hexagon. */
const STUDY = `
study: porto-alegre
name: {zh: 阿雷格里港, en: Porto Alegre}
crs: EPSG:4326
sources:
  roads:      [{file: "$DIR/poa.osm.pbf"}]
  boundaries: [{file: "$DIR/poa_hexgrid.geojson", level: grid, fields: {id: id}}]
  demand:     [{file: "$DIR/poa_hexgrid.csv", fields: {id: id, x: lon, y: lat, people: population}}]
  facilities:
    - {file: "$DIR/poa_hexgrid.csv", kind: school, where: "schools > 0", fields: {id: id, x: lon, y: lat}}
    - {file: "$DIR/poa_hexgrid.csv", kind: clinic, where: "healthcare > 0", fields: {id: id, x: lon, y: lat}}
`;

/** Imports Porto Alegre into a store of its own, by the command line; returns the store's file in a new folder. */
export async function importPorto(): Promise<{ folder: string; store: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'kaimen-porto-'));
  const manifest = join(folder, 'study.yaml');
  writeFileSync(manifest, STUDY.replaceAll('$DIR', CITY));
  const store = join(folder, 'porto.gpkg');
  await promisify(execFile)(BINARY, ['import', manifest, '--store', store]);
  return { folder, store };
}
