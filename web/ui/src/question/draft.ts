// A scenario while it is made, as the address bar holds it: a link to it, and
// each step back, bring what was drawn, also where it cannot be saved.

import type { Change } from '../api/types';

/** A scenario that is being made, or a saved one that is being changed. */
export interface Draft {
  /** The saved one that is changed, and the hash that it had then. */
  id?: string;
  hash?: string;
  zh?: string;
  en?: string;
  changes: readonly Change[];
}

type Place = [number, number];

/** What the address may hold of a change; the server checks what it means. */
const TEXTS = ['kind', 'id', 'name', 'road', 'class', 'gate', 'state'] as const;
const PLACES = ['at', 'from', 'to'] as const;
const VERBS: readonly Change['change'][] = [
  'add_facility', 'remove_facility', 'move_facility', 'close_road', 'open_road', 'draw_road', 'close_gate', 'open_gate', 'add_gate',
];

const isText = (x: unknown): x is string => typeof x === 'string' && x !== '';
const isPlace = (x: unknown): x is Place =>
  Array.isArray(x) && x.length === 2 && x.every(Number.isFinite) && Math.abs(x[0]) <= 180 && Math.abs(x[1]) <= 90;
const isPlaces = (x: unknown): x is Place[] => Array.isArray(x) && x.every(isPlace);
const isTags = (x: unknown): x is Record<string, string> => typeof x === 'object' && x !== null && Object.values(x).every((v) => typeof v === 'string');

/** A change with the members that can be read; undefined where it is none. */
function readChange(given: unknown): Change | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const from = given as Record<string, unknown>;
  const verb = VERBS.find((v) => v === from.change);
  if (!verb) return undefined;
  const change: Record<string, unknown> = { change: verb };
  const keep = (name: string, fits: (x: unknown) => boolean) => fits(from[name]) && (change[name] = from[name]);
  for (const name of TEXTS) keep(name, isText);
  for (const name of PLACES) keep(name, isPlace);
  keep('line', isPlaces);
  keep('entrances', isPlaces);
  keep('capacity', Number.isFinite);
  keep('tags', isTags);
  return change as unknown as Change;
}

/** Reads a draft; undefined where the text is none. */
export function parseDraft(text: string | null): Draft | undefined {
  if (!text) return undefined;
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null || !Array.isArray(given.changes)) return undefined;
  const draft: Draft = { changes: given.changes.flatMap((c) => readChange(c) ?? []) };
  for (const name of ['id', 'hash', 'zh', 'en'] as const) if (isText(given[name])) draft[name] = given[name];
  return draft;
}

/** Writes a draft, its members in a fixed order. */
export function formatDraft({ id, hash, zh, en, changes }: Draft): string {
  return JSON.stringify({ id, hash, zh: zh || undefined, en: en || undefined, changes });
}

/** A place to the seventh part of a degree that the server keeps, a centimeter. */
export const rounded = ([lon, lat]: readonly [number, number]): Place => [Number(lon.toFixed(7)), Number(lat.toFixed(7))];
