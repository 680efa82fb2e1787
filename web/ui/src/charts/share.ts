/** A name with one share, or with two where a zone stands beside the study. */
export interface ShareRow {
  key: string;
  name: string;
  /** 0..1 each; null is not known. */
  rates: readonly (number | null)[];
  /** The one that the question asks about. */
  strong?: boolean;
}
