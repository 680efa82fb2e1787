// What the drawer below the map shows, and how it stands in the address.

/** The views of the drawer: zones, charts, zones by kinds, one rule beside the other. */
export type DrawerView = 'table' | 'charts' | 'kinds' | 'tworules';
export const DRAWER_VIEWS: readonly DrawerView[] = ['table', 'charts', 'kinds', 'tworules'];

/** The share of the window's height that the drawer may have, in percent; from WHOLE on it lies over the map. */
export const HEIGHTS = { least: 15, most: 80, whole: 100, step: 5 } as const;

/** A limit on the figures of a column, in the unit of its heading; at least one end is set. */
export interface Condition {
  column: string;
  least?: number;
  most?: number;
}

export interface DrawerChoice {
  /** Absent means the table. */
  view?: DrawerView;
  /** Percent of the window's height; absent means as the screen allows. */
  tall?: number;
  /** Columns of the table, in their order; absent means the usual ones. */
  columns?: readonly string[];
  where?: readonly Condition[];
  /** The kinds that are set side by side; absent means the first few. */
  kinds?: readonly string[];
}

const WORD = /^[\w-]+$/;

function words(text: string | null): string[] | undefined {
  const list = (text ?? '').split(',').filter((w) => WORD.test(w));
  return list.length > 0 ? list : undefined;
}

/** Reads "uncovered:100..,coverage_rate:..50"; what cannot be read is left out. */
export function parseConditions(text: string | null): Condition[] | undefined {
  const list = (text ?? '').split(',').flatMap((part) => {
    const found = /^(\w+):(-?\d+(?:\.\d+)?)?\.\.(-?\d+(?:\.\d+)?)?$/.exec(part);
    if (!found || (found[2] === undefined && found[3] === undefined)) return [];
    const condition: Condition = { column: found[1]! };
    if (found[2] !== undefined) condition.least = Number(found[2]);
    if (found[3] !== undefined) condition.most = Number(found[3]);
    return [condition];
  });
  return list.length > 0 ? list : undefined;
}

/** Writes conditions as parseConditions reads them. */
export function formatConditions(list: readonly Condition[]): string {
  return list.map((c) => `${c.column}:${c.least ?? ''}..${c.most ?? ''}`).join(',');
}

/** Sets one end of the range of a column, or takes the column's conditions away. */
export function withCondition(list: readonly Condition[], column: string, end?: { least: number } | { most: number }): Condition[] {
  const others = list.filter((c) => c.column !== column);
  return end ? [...others, { column, ...list.find((c) => c.column === column), ...end }] : others;
}

/** What an address says of the drawer; undefined where it says nothing. */
export function parseDrawer(query: URLSearchParams): DrawerChoice | undefined {
  const choice: DrawerChoice = {};
  const view = DRAWER_VIEWS.find((v) => v === query.get('drawer'));
  if (view) choice.view = view;
  const tall = Number(query.get('tall'));
  if (tall >= HEIGHTS.least && tall <= HEIGHTS.whole) choice.tall = tall;
  const columns = words(query.get('columns'));
  if (columns) choice.columns = columns;
  const where = parseConditions(query.get('where'));
  if (where) choice.where = where;
  const kinds = words(query.get('beside'));
  if (kinds) choice.kinds = kinds;
  return Object.keys(choice).length > 0 ? choice : undefined;
}

/** Writes it into an address; the table, which is usual, is not named. */
export function putDrawer(query: URLSearchParams, { view, tall, columns, where, kinds }: DrawerChoice) {
  if (view && view !== 'table') query.set('drawer', view);
  if (tall !== undefined) query.set('tall', String(tall));
  if (columns?.length) query.set('columns', columns.join(','));
  if (where?.length) query.set('where', formatConditions(where));
  if (kinds?.length) query.set('beside', kinds.join(','));
}

/** The next height up or down, and the ends: never out of the range that leaves the map in sight. */
export function stepHeight(now: number, key: string): number | undefined {
  const next = {
    ArrowUp: now + HEIGHTS.step, ArrowDown: now - HEIGHTS.step,
    PageUp: now + 3 * HEIGHTS.step, PageDown: now - 3 * HEIGHTS.step,
    Home: HEIGHTS.least, End: HEIGHTS.most,
  }[key];
  return next === undefined ? undefined : clampHeight(next);
}

export function clampHeight(percent: number): number {
  return Math.round(Math.min(HEIGHTS.most, Math.max(HEIGHTS.least, percent)));
}
