// Files on their way in: looked into, checked, taken. Checks and imports are
// jobs of the server.

import type { FeatureCollection, Geometry } from 'geojson';
import { client, send, take, until } from './client';
import type { components } from './gen/schema';
import type { Bounds, ImportReport, Job } from './types';

type Schemas = components['schemas'];

export type Understood = Schemas['Understood'];
export type SystemFit = Schemas['SystemFit'];
export type ColumnSeen = Schemas['ColumnSeen'];
export type FieldBound = Schemas['FieldBound'];
export type Issue = Schemas['Issue'];
export type LayerFile = Schemas['LayerFile'];
export type Takes = Schemas['StartTakes'];
export type Inspection = Omit<Schemas['Inspected'], 'preview' | 'bounds'> & {
  bounds: Bounds | null;
  preview: FeatureCollection<Geometry, { id: string; kind: string; name: string }>;
};

/** A file as it is sent. */
export interface Sent {
  name: string;
  body: Blob;
}

/** What people said of a file; the server finds out the rest. */
export interface Settings {
  layer?: string;
  crs?: string;
  encoding?: string;
  table?: string;
  level?: string;
  kind?: string;
  where?: string;
  zone?: string;
  fields?: Readonly<Record<string, string>>;
  kinds?: Readonly<Record<string, string>>;
}

/** What a check found: whether all is well, and every fault if it is not. */
export interface Checked {
  ok: boolean;
  errors: Issue[];
  study?: string;
  snapshot?: string;
  report: ImportReport;
}

/** What an import left. */
export interface Imported {
  study: string;
  snapshot: string;
  report: ImportReport;
}

/** What this server takes of files. */
export async function getTakes(signal?: AbortSignal): Promise<Takes> {
  const start = await take<Schemas['Start']>(client.GET('/api/v1', until(signal)));
  return start.takes;
}

function query(settings: Settings | LayerFile, more: Readonly<Record<string, string | undefined>>): string {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...settings, ...more })) {
    if (value === undefined || value === null || value === '') continue;
    out.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return out.toString();
}

const BYTES = { 'Content-Type': 'application/octet-stream' };

/** How an import would understand a file, and what would become of its rows. */
export async function inspect(file: Sent, settings: Settings, study: string | undefined, signal?: AbortSignal): Promise<Inspection> {
  const address = `/api/v1/inspect?${query(settings, { name: file.name, study })}`;
  const response = await send(address, { method: 'POST', body: file.body, headers: BYTES, ...until(signal) });
  return response.json() as Promise<Inspection>;
}

/** Puts a file in the place of a layer of a study, or only checks it. */
export async function putLayer(study: string, snapshot: string, file: Sent, understood: LayerFile, check: boolean): Promise<Job> {
  const { layer, name, ...settings } = understood;
  const address = `/api/v1/studies/${encodeURIComponent(study)}/layers/${layer}?${query(settings as LayerFile, { name, check: check ? 'true' : undefined })}`;
  const response = await send(address, { method: 'PUT', body: file.body, headers: { ...BYTES, 'If-Match': `"${snapshot}"` } });
  return response.json() as Promise<Job>;
}

/** Imports the archive of a new study, or only checks it. */
export async function postStudy(archive: Blob, check: boolean): Promise<Job> {
  const headers = { 'Content-Type': 'application/zip' };
  const response = await send(`/api/v1/studies${check ? '?check=true' : ''}`, { method: 'POST', body: archive, headers });
  return response.json() as Promise<Job>;
}
