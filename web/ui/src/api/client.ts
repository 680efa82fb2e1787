import createClient from 'openapi-fetch';
import { parameters, type Question } from '../question/question';
import type { paths } from './gen/schema';
import { Problem } from './problem';
import type { Coverage, Facilities, Gaps, ImportReport, ProblemBody, StudyItem, Summary, Zones } from './types';

const ORIGIN = globalThis.location?.origin ?? 'http://localhost';

/** The one client; what asks by it stands in this folder. */
export const client = createClient<paths>({
  baseUrl: ORIGIN,
  fetch: answered,
  // Lists are joined by commas.
  querySerializer: { array: { style: 'form', explode: false } },
});

/** Fetches; no answer at all becomes a Problem, unless it was called off. */
async function answered(request: Request): Promise<Response> {
  try {
    return await globalThis.fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Problem(request.url, { status: 0, code: 'unreachable', detail: String(error) });
  }
}

/** The data of a good answer; anything else becomes a Problem. */
export async function take<T>(asked: Promise<{ data?: unknown; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  const body = typeof error === 'object' && error !== null ? (error as ProblemBody) : {};
  throw new Problem(response.url, { ...body, status: response.status });
}

/** Sends what the client cannot, such as files, or reads what it cannot, such as streams; anything but a good answer becomes a Problem. */
export async function send(address: string, options: RequestInit): Promise<Response> {
  const response = await answered(new Request(new URL(address, ORIGIN), options));
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  throw new Problem(response.url, { ...body, status: response.status });
}

/** An AbortSignal as the options of a request. */
export const until = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

/** The studies of this server. */
export async function getStudies(signal?: AbortSignal): Promise<StudyItem[]> {
  const { studies } = await take<{ studies?: StudyItem[] | null }>(client.GET('/api/v1/studies', until(signal)));
  return studies ?? [];
}

/** What a study is made of, and what may be asked about it. */
export function getSummary(study: string, signal?: AbortSignal): Promise<Summary> {
  return take(client.GET('/api/v1/studies/{study}', { params: { path: { study } }, ...until(signal) }));
}

/** The whole import report, issue by issue. */
export function getReport(study: string, signal?: AbortSignal): Promise<ImportReport> {
  return take(client.GET('/api/v1/studies/{study}/report', { params: { path: { study } }, ...until(signal) }));
}

/** The answer to a question: totals, one row per zone, both rules. */
export function getCoverage(q: Question, signal?: AbortSignal): Promise<Coverage> {
  const params = { path: { study: q.study }, query: { ...parameters(q), f: 'json' as const } };
  return take(client.GET('/api/v1/studies/{study}/coverage', { params, ...until(signal) }));
}

/** The demand beyond the cutoff, largest first. */
export function getGaps(q: Question, limit: number, signal?: AbortSignal): Promise<Gaps> {
  const params = { path: { study: q.study }, query: { ...parameters(q), limit, f: 'geojson' as const } };
  return take(client.GET('/api/v1/studies/{study}/gaps', { params, ...until(signal) }));
}

/** The zones of one level with their outlines. */
export function getZones(study: string, level: string, signal?: AbortSignal): Promise<Zones> {
  return level === 'building'
    ? getLayer(study, 'buildings', {}, signal)
    : getLayer(study, 'boundaries', { level }, signal);
}

/** All facilities of a study. */
export function getFacilities(study: string, signal?: AbortSignal): Promise<Facilities> {
  return getLayer(study, 'facilities', {}, signal);
}

function getLayer<T>(study: string, layer: string, query: { level?: string }, signal?: AbortSignal): Promise<T> {
  const params = { path: { study, layer }, query };
  return take(client.GET('/api/v1/studies/{study}/layers/{layer}', { params, ...until(signal) }));
}

/** The parameters of a question; lists are joined by commas. */
export type Asked = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Lists joined by commas, as the server reads them. */
export const joined = (query: object) =>
  Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(String(value))}`)).join('&');

/** The forms that answers are offered as for download; more are offered by the API. */
export const FORMS = ['xlsx', 'csv', 'geojson'] as const;
export type Form = (typeof FORMS)[number];

/**
 * Where an answer can be downloaded, in full; as CSV with a byte order mark,
 * without which spreadsheets read Chinese wrongly.
 */
export function downloadAddress(study: string, what: string, asked: Asked, form: Form = 'csv'): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, String(value));
  query.set('f', form);
  if (form === 'csv') query.set('bom', 'true');
  return `/api/v1/studies/${encodeURIComponent(study)}/${what}?${query}`;
}
