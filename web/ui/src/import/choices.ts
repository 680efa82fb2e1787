import type { Inspection } from '../api/imports';
import { plain } from '../i18n/format';
import type { useWords } from '../i18n/words';

type Words = ReturnType<typeof useWords>;

/** One of several to choose from. */
export interface Option {
  value: string;
  text: string;
}

export const LAYERS = ['boundaries', 'roads', 'facilities', 'demand', 'buildings', 'estates', 'parcels', 'gates', 'landcover', 'requests'];
export const LEVELS = ['street', 'community', 'grid', 'building'];
/** Of them those that are larger than cells are. */
export const SUMMED_BY = LEVELS.filter((level) => level !== 'building');
export const ENCODINGS = ['utf-8', 'gb18030', 'big5', 'utf-16', 'latin1'];

/** Meridians of the 3° zones of CGCS2000 that China has, and the EPSG codes that begin there. */
const ZONES = { first: 75, last: 135, plain: 4534, numbered: 4513, firstNumber: 25 };

/** A coordinate system in words. */
export function systemName(code: string, { t }: Words): string {
  const named: Record<string, string> = { 'EPSG:4326': '4326', 'EPSG:4490': '4490', 'EPSG:3857': '3857', 'GCJ-02': 'gcj', 'BD-09': 'bd' };
  if (named[code]) return t(`import_systems.${named[code]}`);
  const epsg = Number(code.replace('EPSG:', ''));
  const many = (ZONES.last - ZONES.first) / 3;
  if (epsg >= ZONES.plain && epsg <= ZONES.plain + many) return `${t('import_systems.zone', { lon: ZONES.first + 3 * (epsg - ZONES.plain) })} · ${code}`;
  if (epsg >= ZONES.numbered && epsg <= ZONES.numbered + many) return `${t('import_systems.zoned', { zone: ZONES.firstNumber + epsg - ZONES.numbered })} · ${code}`;
  return code;
}

/** The systems to choose from: those that may be meant first, with how well they fit. */
export function systems(found: Inspection, words: Words): Option[] {
  const fits = found.systems.map((s) => ({
    value: s.crs,
    text: [systemName(s.crs, words), s.unit && s.miss !== null ? words.t(`import_miss.${s.unit}`, { n: plain(Math.round(s.miss)) }) : ''].filter(Boolean).join(' · '),
  }));
  const codes = ['EPSG:4326', 'EPSG:4490', 'GCJ-02', 'BD-09', 'EPSG:3857'];
  for (const first of [ZONES.plain, ZONES.numbered]) for (let lon = ZONES.first; lon <= ZONES.last; lon += 3) codes.push(`EPSG:${first + (lon - ZONES.first) / 3}`);
  if (found.crs.value && !codes.includes(found.crs.value)) codes.unshift(found.crs.value);
  const rest = codes.filter((code) => !fits.some((f) => f.value === code)).map((code) => ({ value: code, text: systemName(code, words) }));
  return [...fits, ...rest];
}

/** The kinds of a file by our names for them, where any of its words is one; undefined if none is. */
export function matchingKinds(values: readonly string[], kinds: readonly { kind: string; name: { zh?: string; en?: string } }[]): Record<string, string> | undefined {
  const ours = (value: string) => kinds.find((k) => [k.kind, k.name.zh, k.name.en].some((n) => n?.toLowerCase() === value.toLowerCase()))?.kind;
  if (!values.some((v) => ours(v) && ours(v) !== v)) return undefined;
  return Object.fromEntries(values.map((v) => [v, ours(v) ?? v]));
}
