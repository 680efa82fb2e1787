import type { Row } from '../api/types';
import { classOf } from '../question/classes';
import type { Condition } from '../question/drawer';
import { ancestors, nameOf, type Directory } from '../question/zones';

/** The columns that the table of zones can have, in order. */
export const COLUMNS = [
  'name',
  'parent',
  'demand',
  'covered',
  'coverage_rate',
  'uncovered',
  'unreached',
  'mean_s',
  'median_s',
  'p90_s',
  'max_s',
  'mean_m',
  'median_m',
  'p90_m',
  'max_m',
  'facilities_inside',
  'facilities_reachable',
] as const;
export type Column = (typeof COLUMNS)[number];
export type NumberColumn = Exclude<Column, 'name' | 'parent'>;

/** Those shown unless others are chosen. */
export const USUAL: readonly Column[] = [
  'name', 'parent', 'demand', 'covered', 'coverage_rate', 'uncovered', 'mean_s', 'p90_s', 'mean_m', 'facilities_inside', 'facilities_reachable',
];

export const isWord = (column: Column): column is 'name' | 'parent' => column === 'name' || column === 'parent';
export const isColumn = (text: string): text is Column => (COLUMNS as readonly string[]).includes(text);

/** What figures of a column are told in. */
export type ColumnUnit = 'cohort' | 'percent' | 'minutes' | 'meters' | 'sites';

/** The unit of a column of figures. */
export function unitOfColumn(column: NumberColumn): ColumnUnit {
  if (column === 'coverage_rate') return 'percent';
  if (column.endsWith('_s')) return 'minutes';
  if (column.endsWith('_m')) return 'meters';
  return column.startsWith('facilities') ? 'sites' : 'cohort';
}

/** A figure in the unit of its column: percent, minutes, meters, a number. */
export function figureOf(row: Row, column: NumberColumn): number | null {
  const value = row[column];
  if (value === null) return null;
  const unit = unitOfColumn(column);
  if (unit === 'percent') return value * 100;
  return unit === 'minutes' ? value / 60 : value;
}

/** Whether a row meets all conditions; a figure that is not known meets none. */
export function meets(row: Row, where: readonly Condition[]): boolean {
  return where.every(({ column, least, most }) => {
    if (!isColumn(column) || isWord(column)) return true;
    const figure = figureOf(row, column);
    return figure !== null && (least === undefined || figure >= least) && (most === undefined || figure <= most);
  });
}

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
  const falling = sort.column === column ? !sort.falling : !isWord(column);
  return falling ? `-${column}` : column;
}

/** A zone's parent by name; empty at the outermost level. */
export function parentName(row: Row, directory: Directory): string {
  const chain = ancestors(row.parent, directory);
  return chain.length > 0 ? nameOf(chain.at(-1)!) : '';
}

/** The rows that match a text in their name or id, one of the classes that the map shows, and all conditions. */
export function filterRows(
  rows: readonly Row[],
  find: string | undefined,
  classes: readonly number[] | undefined,
  classAt: (row: Row) => number = (row) => classOf(row.coverage_rate),
  where: readonly Condition[] = [],
): Row[] {
  const text = find?.trim().toLowerCase() ?? '';
  return rows.filter((row) => {
    if (classes && !classes.includes(classAt(row))) return false;
    if (!meets(row, where)) return false;
    return text === '' || row.name.toLowerCase().includes(text) || row.id.toLowerCase().includes(text);
  });
}

/** The rows in order; unknown figures last either way, ties by id. */
export function sortRows(rows: readonly Row[], sort: Sort, directory: Directory, collator: Intl.Collator): Row[] {
  const sign = sort.falling ? -1 : 1;
  const { column } = sort;
  const words = isWord(column)
    ? new Map(rows.map((row) => [row, column === 'parent' ? parentName(row, directory) : nameOf(row)]))
    : undefined;
  return [...rows].sort((a, b) => {
    let by: number;
    if (isWord(column)) {
      by = sign * collator.compare(words!.get(a)!, words!.get(b)!);
    } else {
      const [x, y] = [a[column], b[column]];
      if (x === null || y === null) by = Number(x === null) - Number(y === null);
      else by = sign * (x - y);
    }
    return by || (a.id < b.id ? -1 : 1);
  });
}

/** What can be added up of rows: people, of whom how many can, and the rate of those sums. */
export function totalsOf(rows: readonly Row[]) {
  const sum = (of: (row: Row) => number) => rows.reduce((all, row) => all + of(row), 0);
  const demand = sum((r) => r.demand);
  const covered = sum((r) => r.covered);
  return {
    demand,
    covered,
    coverage_rate: demand > 0 ? covered / demand : null,
    uncovered: sum((r) => r.uncovered),
    unreached: sum((r) => r.unreached),
    facilities_inside: sum((r) => r.facilities_inside),
  };
}
