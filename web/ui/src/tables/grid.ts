// What a grid of figures is given; no words here.

/** A column of a grid. */
export interface GridColumn {
  key: string;
  text: string;
  /** What its figures are in, behind the heading. */
  unit?: string;
  /** What a click on the heading does; the heading is no button without. */
  hint?: string;
  /** Words stand left, figures right. */
  word?: boolean;
}

/** The order of a grid: by one column, rising or falling. */
export interface GridSort {
  column: string;
  falling: boolean;
}

/** A cell by its row, -1 the headings, and its column. */
export interface Cell {
  row: number;
  column: number;
}

/** Where a key leads from a cell; undefined for a key that leads nowhere. page is how many rows are in sight. */
export function nextCell(at: Cell, key: string, rows: number, columns: number, page: number, ctrl: boolean): Cell | undefined {
  const to = { ...at };
  if (key === 'ArrowDown') to.row++;
  else if (key === 'ArrowUp') to.row--;
  else if (key === 'ArrowRight') to.column++;
  else if (key === 'ArrowLeft') to.column--;
  else if (key === 'PageDown') to.row += page;
  else if (key === 'PageUp') to.row -= page;
  else if (key === 'Home') Object.assign(to, ctrl ? { row: 0, column: 0 } : { column: 0 });
  else if (key === 'End') Object.assign(to, ctrl ? { row: rows - 1, column: columns - 1 } : { column: columns - 1 });
  else return undefined;
  return { row: Math.min(Math.max(to.row, -1), rows - 1), column: Math.min(Math.max(to.column, 0), columns - 1) };
}

/** Rows as text for a spreadsheet: cells by tabs, rows by lines. */
export function asText(columns: readonly GridColumn[], rows: readonly (readonly string[])[]): string {
  const heads = columns.map((c) => (c.unit ? `${c.text} (${c.unit})` : c.text));
  return [heads, ...rows].map((cells) => cells.map((c) => c.replaceAll(/[\t\r\n]+/g, ' ')).join('\t')).join('\n');
}
