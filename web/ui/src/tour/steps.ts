import type { State } from '../question/question';

/** One stop of the tour: what it points at, and what the page shows there. */
export interface Stop {
  name: string;
  /** Selector of what is pointed at. */
  at: string;
  /** What is opened for it; the question itself stays the visitor's own. */
  open: State;
}

/** The stops, in the order of a first morning's work: ask, see, find the gap, propose, prove, hand on. */
export const STOPS: readonly Stop[] = [
  { name: 'question', at: '.sentence', open: { tab: 'coverage' } },
  { name: 'answer', at: '[data-testid=answer]', open: { tab: 'coverage' } },
  { name: 'map', at: '[data-testid=legend]', open: { tab: 'coverage' } },
  { name: 'gaps', at: '#tab-gaps', open: { tab: 'gaps', gaps: undefined } },
  { name: 'sites', at: '#tab-sites', open: { tab: 'sites' } },
  { name: 'whatif', at: '#tab-whatif', open: { tab: 'whatif', whatif: undefined } },
  { name: 'data', at: '#tab-data', open: { tab: 'data' } },
  { name: 'share', at: '[data-testid=print]', open: { tab: 'coverage' } },
];

/** The stop of that number, from 1; undefined when there is none. */
export function stopAt(number: number | undefined): Stop | undefined {
  return number === undefined ? undefined : STOPS[number - 1];
}

/** What the page shows at the stop of that number. */
export function shownAt(number: number): State {
  return { ...stopAt(number)?.open, tour: number };
}
