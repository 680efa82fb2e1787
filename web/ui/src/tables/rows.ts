import type { Row } from '../api/types';
import { classOf } from '../question/classes';
import { ancestors, nameOf, type Directory } from '../question/zones';

/** The columns of the table of zones, in order. */
export const COLUMNS = [
  'name',
  'parent',
  'demand',
  'covered',
  'coverage_rate',
  'uncovered',
  'mean_s',
  'p90_s',
  'mean_m',
  'facilities_inside',
  'facilities_reachable',
] as const;
export type Column = (typeof COLUMNS)[number];

/** What the table is sorted by; a leading minus in the address means falling. */
export interface Sort {
  column: Column;
  falling: boolean;
}

/** The sort of an address; most people without first when it names none. */
export function parseSort(text: string | undefined): Sort {
  const falling = text?.startsWith('-') ?? false;
  const column = (falling ? text!.slice(1) : text) as Column;
  return COLUMNS.includes(column) ? { column, falling } : { column: 'uncovered', falling: true };
}

/** A click on a heading: numbers fall first, words rise; the second click turns it round. */
export function nextSort(sort: Sort, column: Column): string {
  const words = column === 'name' || column === 'parent';
  const falling = sort.column === column ? !sort.falling : !words;
  return falling ? `-${column}` : column;
}

/** A zone's parent by name; empty at the outermost level. */
export function parentName(row: Row, directory: Directory): string {
  const chain = ancestors(row.parent, directory);
  return chain.length > 0 ? nameOf(chain.at(-1)!) : '';
}

/** The rows that match a text in their name or id and one of the classes that the map shows. */
export function filterRows(
  rows: readonly Row[],
  find: string | undefined,
  classes: readonly number[] | undefined,
  classAt: (row: Row) => number = (row) => classOf(row.coverage_rate),
): Row[] {
  const text = find?.trim().toLowerCase() ?? '';
  return rows.filter((row) => {
    if (classes && !classes.includes(classAt(row))) return false;
    return text === '' || row.name.toLowerCase().includes(text) || row.id.toLowerCase().includes(text);
  });
}

/** The rows in order; unknown figures last either way, ties by id. */
export function sortRows(rows: readonly Row[], sort: Sort, directory: Directory, collator: Intl.Collator): Row[] {
  const sign = sort.falling ? -1 : 1;
  const word = (row: Row) => (sort.column === 'parent' ? parentName(row, directory) : nameOf(row));
  return [...rows].sort((a, b) => {
    let by: number;
    if (sort.column === 'name' || sort.column === 'parent') {
      by = sign * collator.compare(word(a), word(b));
    } else {
      const [x, y] = [a[sort.column], b[sort.column]];
      if (x === null || y === null) by = Number(x === null) - Number(y === null);
      else by = sign * (x - y);
    }
    return by || (a.id < b.id ? -1 : 1);
  });
}
