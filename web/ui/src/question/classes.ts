// The five classes of a coverage rate: equal steps of 20 points, the upper
// end of each excluded except the last, so that 100 % is in the top class.
// The five of a change of it: much less, less, the same, more, much more.

/** What is put into classes: a share, or the change of one. */
export type Scale = 'share' | 'change';

/** From so much on a change of a share is a large one. */
export const LARGE_CHANGE = 0.1;
/** Less than this is no change: sums of floating point numbers differ by as much. */
const NO_CHANGE = 1e-9;

/** Number of classes on map and legend. */
export const CLASS_COUNT = 5;

/** The class of a rate (0..1) or of its change, 0 lowest; -1 for null: nobody lives there. */
export function classOf(rate: number | null, scale: Scale = 'share'): number {
  if (rate === null || Number.isNaN(rate)) return -1;
  if (scale === 'change') {
    if (Math.abs(rate) < NO_CHANGE) return 2;
    const large = Math.abs(rate) >= LARGE_CHANGE - NO_CHANGE ? 2 : 1;
    return rate > 0 ? 2 + large : 2 - large;
  }
  return Math.min(CLASS_COUNT - 1, Math.max(0, Math.floor(rate * CLASS_COUNT + 1e-9)));
}

/** Lower and upper end of a class, in percent. */
export function classRange(index: number): [number, number] {
  const step = 100 / CLASS_COUNT;
  return [index * step, (index + 1) * step];
}

/** How many rates fall in each class, and how many have none. */
export function histogram(rates: Iterable<number | null>, scale: Scale = 'share'): { counts: number[]; none: number } {
  const counts = new Array<number>(CLASS_COUNT).fill(0);
  let none = 0;
  for (const rate of rates) {
    const c = classOf(rate, scale);
    if (c < 0) none++;
    else counts[c]!++;
  }
  return { counts, none };
}
