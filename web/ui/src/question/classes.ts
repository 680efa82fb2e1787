// The five classes of a coverage rate: equal steps of 20 points, the upper
// end of each excluded except the last, so that 100 % is in the top class.

/** Number of classes on map and legend. */
export const CLASS_COUNT = 5;

/** The class of a rate (0..1), 0 lowest; -1 for null: nobody lives there. */
export function classOf(rate: number | null): number {
  if (rate === null || Number.isNaN(rate)) return -1;
  return Math.min(CLASS_COUNT - 1, Math.max(0, Math.floor(rate * CLASS_COUNT + 1e-9)));
}

/** Lower and upper end of a class, in percent. */
export function classRange(index: number): [number, number] {
  const step = 100 / CLASS_COUNT;
  return [index * step, (index + 1) * step];
}

/** How many rates fall in each class, and how many have none. */
export function histogram(rates: Iterable<number | null>): { counts: number[]; none: number } {
  const counts = new Array<number>(CLASS_COUNT).fill(0);
  let none = 0;
  for (const rate of rates) {
    const c = classOf(rate);
    if (c < 0) none++;
    else counts[c]!++;
  }
  return { counts, none };
}
