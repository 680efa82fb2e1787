/** One entry of a menu. */
export interface Choice {
  value: string;
  label: string;
  /** A short remark at the right end, such as a count. */
  note?: string;
  /** The heading it stands under; entries of one group follow each other. */
  group?: string;
}
