// What a planner chooses for a search of new sites, as the address bar holds it
// and as the server is asked it.

import { parameters, type Question } from './question';
import { fits, type Range } from './range';

/** What a plan is to achieve; the server's name of each model. */
export type Aim = 'mclp' | 'lscp' | 'pmedian' | 'pcenter' | 'decay' | 'backup' | 'capacitated' | 'maxmin';
export const AIMS: readonly Aim[] = ['mclp', 'lscp', 'pmedian', 'pcenter', 'decay', 'backup', 'capacitated', 'maxmin'];

/** Where new sites may come from. */
export type Source = 'parcel' | 'estate' | 'edge';
export const SOURCES: readonly Source[] = ['parcel', 'estate', 'edge'];

/** One of several kinds under one budget. */
export interface KindRow {
  kind: string;
  /** How many at most; absent means any. */
  number?: number;
  /** What one costs; absent means 1. */
  cost?: number;
}

/** The figures of a choice: an absent one is as the server has it. */
export interface Figures {
  /** How many sites. */
  p?: number;
  budget?: number;
  /** Of lscp: percent of all demand to cover; absent means all that can be. */
  share?: number;
  /** Of mclp: no zone below so many percent. */
  floor?: number;
  /** What one site costs, where one kind is asked for. */
  cost?: number;
  /** Meters between places along roads. */
  every?: number;
  /** Meters that new sites keep apart. */
  spacing?: number;
  /** Of capacitated: demand for each unit of capacity, and the capacity of sites whose own is not known. */
  per_unit?: number;
  capacity?: number;
}

export interface PlanChoice extends Figures {
  aim: Aim;
  /** Several kinds; empty means that of the question. */
  kinds: readonly KindRow[];
  sources: readonly Source[];
  /** Candidates that must be opened, and that must not. */
  pins: readonly string[];
  bars: readonly string[];
  /** Whether the search is to be made once the page is opened. */
  asked: boolean;
}

/** What each figure may be. */
export const FIGURES: Record<keyof Figures, Range> = {
  p: { least: 1, most: 1000, whole: true },
  budget: { least: 0, most: 1e12, whole: true },
  share: { least: 1, most: 100, whole: false },
  floor: { least: 0, most: 100, whole: false },
  cost: { least: 0, most: 1e12, whole: true },
  every: { least: 20, most: 2000, whole: false },
  spacing: { least: 0, most: 10_000, whole: false },
  per_unit: { least: 0.01, most: 1e6, whole: false },
  capacity: { least: 0, most: 1e6, whole: false },
};
const FIGURE_NAMES = Object.keys(FIGURES) as (keyof Figures)[];

/** The choice that a page begins with, of a study with idle parcels. */
const FIRST_PLAN: PlanChoice = { aim: 'mclp', p: 3, kinds: [], sources: ['parcel'], pins: [], bars: [], asked: false };

/** The choice that a page begins with: among idle parcels, or along the streets where none are known. */
export function firstPlan(counts: Readonly<Record<string, number>>): PlanChoice {
  return { ...FIRST_PLAN, sources: counts.parcels ? ['parcel'] : ['edge'] };
}

/** Which figures an aim has a use for, beside those of all. */
export function figuresOf(aim: Aim): readonly (keyof Figures)[] {
  const own: Record<Aim, readonly (keyof Figures)[]> = {
    mclp: ['p', 'budget', 'floor'],
    lscp: ['share'],
    pmedian: ['p'],
    pcenter: ['p'],
    decay: ['p', 'budget'],
    backup: ['p'],
    capacitated: ['p', 'budget', 'per_unit', 'capacity'],
    maxmin: ['p', 'budget'],
  };
  return own[aim];
}

/** Whether a figure is one that may be asked for. */
export function validFigure(name: keyof Figures, value: number): boolean {
  return fits(FIGURES[name], value);
}

function figure(name: keyof Figures, text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  const value = Number(text);
  return validFigure(name, value) ? value : undefined;
}

/** Reads "pocket_park:3:300000"; what cannot be read of it is left out. */
function kindRow(text: string): KindRow | undefined {
  const [kind, number, cost] = text.split(':');
  if (!kind) return undefined;
  const row: KindRow = { kind };
  const [n, c] = [figure('p', number), figure('cost', cost)];
  if (n !== undefined) row.number = n;
  if (c !== undefined) row.cost = c;
  return row;
}

const kindText = ({ kind, number, cost }: KindRow) =>
  [kind, number ?? '', ...(cost === undefined ? [] : [cost])].join(':').replace(/:$/, '');

/** Reads a choice out of a query string; undefined when it says nothing of one. */
export function parsePlan(query: URLSearchParams): PlanChoice | undefined {
  const aim = AIMS.find((a) => a === query.get('aim'));
  if (aim === undefined) return undefined;
  const kinds = (query.get('kinds') ?? '').split(',').flatMap((text) => kindRow(text) ?? []);
  const from = (query.get('from') ?? '').split(',');
  const sources = SOURCES.filter((s) => from.includes(s));
  const choice: PlanChoice = {
    aim,
    kinds: kinds.filter((row, i) => kinds.findIndex((k) => k.kind === row.kind) === i),
    sources: sources.length > 0 ? sources : FIRST_PLAN.sources,
    pins: [...new Set(query.getAll('pin'))],
    bars: [...new Set(query.getAll('bar'))],
    asked: query.get('ask') === '1',
  };
  for (const name of FIGURE_NAMES) {
    const value = figure(name, query.get(name));
    if (value !== undefined) choice[name] = value;
  }
  return choice;
}

/** Writes a choice into a query string. */
export function putPlan(query: URLSearchParams, choice: PlanChoice) {
  query.set('aim', choice.aim);
  for (const name of FIGURE_NAMES) if (choice[name] !== undefined) query.set(name, String(choice[name]));
  if (choice.kinds.length > 0) query.set('kinds', choice.kinds.map(kindText).join(','));
  query.set('from', choice.sources.join(','));
  for (const id of choice.pins) query.append('pin', id);
  for (const id of choice.bars) query.append('bar', id);
  if (choice.asked) query.set('ask', '1');
}

/** What the server is asked: the question, and what the aim has a use for. */
export function planQuestion(q: Question, choice: PlanChoice) {
  const { kind, ...rest } = parameters(q);
  const used = figuresOf(choice.aim);
  const of = (name: keyof Figures) => (used.includes(name) ? choice[name] : undefined);
  const part = (percent: number | undefined) => (percent === undefined ? undefined : percent / 100);
  const several = choice.kinds.length > 0;
  const rows: readonly KindRow[] = several ? choice.kinds : [{ kind, ...(choice.cost !== undefined && { cost: choice.cost }) }];
  const costs = choice.aim === 'lscp' || of('budget') !== undefined;
  return {
    ...rest,
    ...(several ? { kinds: rows.map(({ kind: k, number }) => (number === undefined ? k : `${k}:${number}`)) } : { kind }),
    model: choice.aim,
    p: of('p'),
    budget: of('budget'),
    share: part(of('share')),
    floor: part(of('floor')),
    per_unit: of('per_unit'),
    capacity: of('capacity'),
    sources: choice.sources,
    every_m: choice.sources.includes('edge') ? choice.every : undefined,
    spacing_m: choice.spacing,
    figures: costs ? given(rows.flatMap(({ kind: k, cost }) => (cost === undefined ? [] : [`${k}.cost=${cost}`]))) : undefined,
    required: given(choice.pins),
    forbidden: given(choice.bars),
  };
}

const given = (list: readonly string[]) => (list.length > 0 ? list : undefined);

/** A choice with one candidate pinned, barred or let go. */
export function withSite(choice: PlanChoice, id: string, as: 'pin' | 'bar' | undefined): PlanChoice {
  const without = (list: readonly string[]) => list.filter((x) => x !== id);
  const [pins, bars] = [without(choice.pins), without(choice.bars)];
  return { ...choice, pins: as === 'pin' ? [...pins, id] : pins, bars: as === 'bar' ? [...bars, id] : bars };
}
