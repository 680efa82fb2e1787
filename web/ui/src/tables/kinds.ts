import type { CompletenessRow } from '../api/types';
import { nameOf } from '../question/zones';
import type { GridSort } from './grid';

/** How many kinds are set side by side before anybody chose. */
const FIRST = 8;

/** The kind asked about, and those that the study has before others. */
export function firstKinds(present: readonly string[], asked: string): string[] {
  const first = present.slice(0, FIRST);
  return first.includes(asked) || !present.includes(asked) ? first : [asked, ...first.slice(0, FIRST - 1)];
}

// A need of one facility of one kind is written "school:1".
export const needOfKind = (kind: string) => `${kind}:1`;
export const kindOfNeed = (need: string) => need.replace(/:1$/, '');

/** Rows by a column: the name, the people, all kinds, how many on average, or one kind; what is not known last, ties by id. */
export function sortKinds(rows: readonly CompletenessRow[], { column, falling }: GridSort, collator: Intl.Collator): CompletenessRow[] {
  const sign = falling ? -1 : 1;
  const figure = (r: CompletenessRow) => {
    if (column === 'demand') return r.demand;
    if (column === 'all') return r.complete_rate;
    return column === 'mean' ? r.mean_reached : (r.reach[needOfKind(column)] ?? null);
  };
  return [...rows].sort((a, b) => {
    let by: number;
    if (column === 'name') by = sign * collator.compare(nameOf(a), nameOf(b));
    else {
      const [x, y] = [figure(a), figure(b)];
      by = x === null || y === null ? Number(x === null) - Number(y === null) : sign * (x - y);
    }
    return by || b.demand - a.demand || (a.id < b.id ? -1 : 1);
  });
}
