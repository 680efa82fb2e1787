// The question and everything else the address bar remembers. The URL is the
// only home of this state: what a colleague opens is what was sent.

import type { Summary } from '../api/types';
import { formatDraft, parseDraft, type Draft } from './draft';
import { parseLinks, putLinks, type LinkChoice } from './links';
import { parsePlan, putPlan, type PlanChoice } from './plan';
import { parseHidden, type Part } from './switches';
import { parseRequests, putRequests, type RequestChoice } from './requests';

export type Unit = 'min' | 'm';
export type Tab = 'coverage' | 'gaps' | 'sites' | 'whatif' | 'indicators' | 'data';
export const TABS: readonly Tab[] = ['coverage', 'gaps', 'sites', 'whatif', 'indicators', 'data'];

/** What the what-if tab shows: saved scenarios, or roads worth opening. */
export type WhatIf = 'scenarios' | 'roads';
export const WHAT_IFS: readonly WhatIf[] = ['scenarios', 'roads'];

/** What the gaps tab lists: ground that hangs together, places, or what residents ask for. */
export type GapsAs = 'areas' | 'points' | 'requests';
export const GAPS_AS: readonly GapsAs[] = ['areas', 'points', 'requests'];

/** How far about a place its ground goes, in meters: less of it parts what hangs together. */
export const RADII: readonly number[] = [120, 60, 30];

/** What the indicators tab shows, one at a time. */
export type Indicator = 'completeness' | 'rules' | 'per_capita' | 'equity' | 'estates' | 'sensitivity' | 'audit';
export const INDICATORS: readonly Indicator[] = ['completeness', 'rules', 'per_capita', 'equity', 'estates', 'sensitivity', 'audit'];

/** Which limit of a circle's needs counts. */
export type CircleRule = 'time' | 'distance' | 'both';
export const CIRCLE_RULES: readonly CircleRule[] = ['time', 'distance', 'both'];

/** The circle shown first. */
export const FIRST_CIRCLE = 'circle-15';

/** The cutoffs offered as ready choices; any other number may be typed. */
export const CHOICES: Record<Unit, readonly number[]> = { min: [5, 10, 15], m: [300, 500, 1000] };

/** What may be typed as a cutoff. */
export const LIMITS: Record<Unit, readonly [number, number]> = { min: [1, 120], m: [50, 10_000] };

export interface Cutoff {
  unit: Unit;
  value: number;
}

/** What is asked of the server, with nothing left open. */
export interface Question {
  study: string;
  kind: string;
  level: string;
  profile: string;
  cohort: string;
  cutoff: Cutoff;
  /** Id of the saved scenario it is asked under; absent means as things are. */
  scenario?: string;
}

/** The place, zoom last, that the map shows. */
export type View = [lon: number, lat: number, zoom: number];

/** All state of the page; an absent member means "as by default". */
export interface State {
  study?: string;
  kind?: string;
  level?: string;
  profile?: string;
  cohort?: string;
  cutoff?: Cutoff;
  /** Id of the saved scenario that is asked under. */
  scenario?: string;
  tab?: Tab;
  /** What the gaps tab lists; absent means areas. */
  gaps?: GapsAs;
  /** How far about a place its ground goes, one of RADII; absent means the first. */
  radius?: number;
  /** Id of the gap area that is selected. */
  area?: string;
  /** Which indicator is shown. */
  indicator?: Indicator;
  /** Id of the estate that is selected. */
  estate?: string;
  /** Id of the service circle whose completeness is shown. */
  circle?: string;
  /** Which limit of the circle's needs counts; absent means that of the question's cutoff. */
  rule?: CircleRule;
  /** What the what-if tab shows; absent means scenarios. */
  whatif?: WhatIf;
  /** What is chosen for a search of roads to open; absent means as at first. */
  links?: LinkChoice;
  /** Id of the road or gate to open that is selected. */
  road?: string;
  /** Which requests of residents are looked at; absent means as at first. */
  requests?: RequestChoice;
  /** Id of the request that is selected. */
  request?: string;
  /** Id of the saved scenario to compare from; absent means today. */
  against?: string;
  /** The scenario that is being made or changed. */
  draft?: Draft;
  /** What is chosen for a search of new sites. */
  plan?: PlanChoice;
  /** Id of the new site that is selected. */
  site?: string;
  /** Id of the zone whose details are open. */
  zone?: string;
  /** Feature id, "kind/id", of the facility whose details are open. */
  facility?: string;
  /** What was found by name and is no zone or facility, "road/NAME", "estate/ID" or "place/LON,LAT". */
  found?: string;
  /** Column the table is sorted by; a leading minus means largest first. */
  sort?: string;
  /** Text that zone names must hold. */
  find?: string;
  /** Classes of the legend that are shown, 0 lowest; absent means all. */
  classes?: number[];
  view?: View;
  /** Parts of the map that are switched off. */
  hide?: Part[];
  /** Whether a base map of someone else lies below; absent means our own. */
  base?: 'outside';
  /** Whether the table is drawn up; absent means as the screen's height allows. */
  table?: 'open' | 'closed';
  /** Which stop of the tour is shown, from 1. */
  tour?: number;
  lang?: 'zh' | 'en';
}

const NAMES = ['study', 'kind', 'level', 'profile', 'cohort', 'scenario', 'against', 'zone', 'facility', 'found', 'area', 'estate', 'road', 'request', 'site', 'circle', 'sort', 'find'] as const;

/** One of the words a member may hold; undefined for any other text. */
function oneOf<T extends string>(words: readonly T[], text: string | null): T | undefined {
  return words.find((word) => word === text);
}

/** Reads the state out of a query string; what cannot be read is left out. */
export function parse(search: string): State {
  const query = new URLSearchParams(search);
  const state: State = {};
  for (const name of NAMES) {
    const value = query.get(name);
    if (value) state[name] = value;
  }
  const cutoff = parseCutoff(query);
  if (cutoff) state.cutoff = cutoff;
  const words: State = {
    tab: oneOf(TABS, query.get('tab')),
    gaps: oneOf(GAPS_AS, query.get('gaps')),
    indicator: oneOf(INDICATORS, query.get('indicator')),
    whatif: oneOf(WHAT_IFS, query.get('whatif')),
    rule: oneOf(CIRCLE_RULES, query.get('rule')),
    table: oneOf(['open', 'closed'], query.get('table')),
    base: oneOf(['outside'], query.get('base')),
    lang: oneOf(['zh', 'en'], query.get('lang')),
  };
  for (const [name, word] of Object.entries(words)) {
    if (word !== undefined) Object.assign(state, { [name]: word });
  }
  const draft = parseDraft(query.get('draft'));
  if (draft) state.draft = draft;
  const plan = parsePlan(query);
  if (plan) state.plan = plan;
  const hide = parseHidden(query.get('hide'));
  if (hide) state.hide = hide;
  const links = parseLinks(query);
  if (links) state.links = links;
  const requests = parseRequests(query);
  if (requests) state.requests = requests;
  const radius = Number(query.get('radius'));
  if (RADII.includes(radius)) state.radius = radius;
  const tour = Number(query.get('tour'));
  if (Number.isInteger(tour) && tour > 0) state.tour = tour;
  const classes = parseNumbers(query.get('class'));
  if (classes?.every((c) => Number.isInteger(c) && c >= 0 && c < 5)) state.classes = classes;
  const view = parseNumbers(query.get('at'));
  if (view?.length === 3 && Math.abs(view[0]!) <= 180 && Math.abs(view[1]!) <= 90) {
    state.view = view as View;
  }
  return state;
}

function parseCutoff(query: URLSearchParams): Cutoff | undefined {
  for (const unit of ['min', 'm'] as const) {
    const text = query.get(unit);
    if (text === null) continue;
    const value = Number(text);
    if (validCutoff({ unit, value })) return { unit, value };
  }
  return undefined;
}

function parseNumbers(text: string | null): number[] | undefined {
  if (!text) return undefined;
  const numbers = text.split(',').map(Number);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** Whether a cutoff is one that may be asked for. */
export function validCutoff({ unit, value }: Cutoff): boolean {
  const [least, most] = LIMITS[unit];
  return Number.isFinite(value) && value >= least && value <= most;
}

/** Writes the state as a query string, members in a fixed order. */
export function format(state: State): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | undefined) => {
    if (value) query.set(name, value);
  };
  put('study', state.study);
  put('cohort', state.cohort);
  put('profile', state.profile);
  if (state.cutoff) put(state.cutoff.unit, String(state.cutoff.value));
  put('kind', state.kind);
  put('level', state.level);
  put('scenario', state.scenario);
  put('tab', state.tab);
  put('gaps', state.gaps);
  put('radius', state.radius?.toString());
  put('indicator', state.indicator);
  put('whatif', state.whatif);
  put('against', state.against);
  if (state.draft) put('draft', formatDraft(state.draft));
  put('circle', state.circle);
  put('rule', state.rule);
  put('zone', state.zone);
  put('facility', state.facility);
  put('found', state.found);
  put('area', state.area);
  put('estate', state.estate);
  put('road', state.road);
  put('request', state.request);
  put('site', state.site);
  if (state.plan) putPlan(query, state.plan);
  if (state.links) putLinks(query, state.links);
  if (state.requests) putRequests(query, state.requests);
  put('sort', state.sort);
  put('find', state.find);
  put('class', state.classes?.join(','));
  if (state.view) {
    const [lon, lat, zoom] = state.view;
    put('at', `${lon.toFixed(5)},${lat.toFixed(5)},${zoom.toFixed(2)}`);
  }
  put('hide', state.hide?.join(','));
  put('base', state.base);
  put('table', state.table);
  put('tour', state.tour?.toString());
  put('lang', state.lang);
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

/** The kinds asked about first, where a study has them. */
const FIRST_KINDS = ['pocket_park', 'park', 'school'];

/**
 * Fills what the state leaves open from what the study has. undefined when
 * the study has nothing to ask about: no facilities or no people.
 */
export function resolve(state: State, summary: Summary): Question | undefined {
  const kinds = summary.kinds.map((k) => k.kind);
  const levels = summary.levels.map((l) => l.level);
  const kind = state.kind ?? FIRST_KINDS.find((k) => kinds.includes(k)) ?? kinds[0];
  const cohort = state.cohort ?? summary.cohorts[0]?.cohort;
  if (kind === undefined || cohort === undefined) return undefined;
  return {
    study: summary.id,
    kind,
    cohort,
    level: state.level ?? defaultLevel(levels),
    profile: state.profile ?? summary.profiles[0]?.profile ?? 'walk',
    cutoff: state.cutoff ?? { unit: 'min', value: 15 },
    ...under(state),
  };
}

/** Communities, or the finest level there is outside of them, else grids. */
function defaultLevel(levels: string[]): string {
  const wish = ['community', 'street', 'grid', 'building'];
  return wish.find((l) => levels.includes(l)) ?? 'study';
}

/** The query parameters by which the server is asked a question. */
export function parameters(q: Question) {
  const cutoff = q.cutoff.unit === 'min' ? { cutoff_min: q.cutoff.value } : { cutoff_m: q.cutoff.value };
  return { kind: q.kind, level: q.level, profile: q.profile, cohort: q.cohort, ...cutoff, ...under(q) };
}

/** The scenario of a question, for those that ask something else under it; nothing where there is none. */
export function under({ scenario }: { scenario?: string }) {
  return scenario === undefined ? {} : { scenario };
}

/** The next ready choice below or above a cutoff; the same one at the end. */
export function step(cutoff: Cutoff, by: -1 | 1): Cutoff {
  const choices = CHOICES[cutoff.unit];
  const next =
    by > 0 ? choices.find((c) => c > cutoff.value) : choices.findLast((c) => c < cutoff.value);
  return next === undefined ? cutoff : { ...cutoff, value: next };
}
