// What a planner chooses for a search of roads to open, as the address bar
// holds it and as the server is asked it.

import { parameters, type Question } from './question';
import { fits, type Range } from './range';

/** What may be opened. */
export type LinkSource = 'gate' | 'dead_end' | 'link' | 'closed_road';
export const LINK_SOURCES: readonly LinkSource[] = ['gate', 'dead_end', 'link', 'closed_road'];

/** What a new road may not cross. */
export type Obstacle = 'water' | 'building' | 'estate' | 'road';
export const OBSTACLES: readonly Obstacle[] = ['water', 'building', 'estate', 'road'];

export interface LinkFigures {
  /** Longest new road, in meters. */
  longest: number;
  /** The way round is at least so many meters. */
  round: number;
  /** How many are opened together. */
  together: number;
}

export interface LinkChoice extends LinkFigures {
  sources: readonly LinkSource[];
  obstacles: readonly Obstacle[];
}

/** The choice that a page begins with: that of the server. */
export const FIRST_LINKS: LinkChoice = { sources: LINK_SOURCES, obstacles: OBSTACLES, longest: 150, round: 800, together: 3 };

/** What each figure may be. */
export const LINK_FIGURES: Record<keyof LinkFigures, Range> = {
  longest: { least: 1, most: 2000, whole: false },
  round: { least: 1, most: 20_000, whole: false },
  together: { least: 1, most: 50, whole: true },
};
const FIGURE_NAMES = Object.keys(LINK_FIGURES) as (keyof LinkFigures)[];

/** The words of a list that are known, in their order. */
export function wordsIn<T extends string>(all: readonly T[], text: string | null): readonly T[] {
  const given = (text ?? '').split(',');
  return all.filter((word) => given.includes(word));
}

/** Reads a choice out of a query string; undefined where it is the first one. */
export function parseLinks(query: URLSearchParams): LinkChoice | undefined {
  const sources = wordsIn(LINK_SOURCES, query.get('open'));
  const obstacles = wordsIn(OBSTACLES, query.get('around'));
  const choice: LinkChoice = {
    ...FIRST_LINKS,
    ...(sources.length > 0 && { sources }),
    ...((obstacles.length > 0 || query.get('around') === 'none') && { obstacles }),
  };
  for (const name of FIGURE_NAMES) {
    const text = query.get(name);
    if (text && fits(LINK_FIGURES[name], Number(text))) choice[name] = Number(text);
  }
  return isFirst(choice) ? undefined : choice;
}

const isFirst = (choice: LinkChoice) =>
  FIGURE_NAMES.every((name) => choice[name] === FIRST_LINKS[name]) &&
  choice.sources.length === LINK_SOURCES.length && choice.obstacles.length === OBSTACLES.length;

/** Writes into a query string what of a choice is not as at first. */
export function putLinks(query: URLSearchParams, choice: LinkChoice) {
  if (choice.sources.length < LINK_SOURCES.length) query.set('open', choice.sources.join(','));
  for (const name of FIGURE_NAMES) if (choice[name] !== FIRST_LINKS[name]) query.set(name, String(choice[name]));
  if (choice.obstacles.length < OBSTACLES.length) query.set('around', choice.obstacles.join(',') || 'none');
}

/** What the server is asked: the question, and the choice. */
export function linksQuestion(q: Question, choice: LinkChoice) {
  return {
    ...parameters(q),
    sources: [...choice.sources],
    max_m: choice.longest,
    min_detour_m: choice.round,
    p: choice.together,
    obstacles: choice.obstacles.length > 0 ? [...choice.obstacles] : ['none'],
  };
}
