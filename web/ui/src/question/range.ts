/** What a figure may be: from, to, and whether it is whole. */
export interface Range {
  least: number;
  most: number;
  whole: boolean;
}

/** Whether a figure is one that may be asked for. */
export function fits({ least, most, whole }: Range, value: number): boolean {
  return Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value));
}
