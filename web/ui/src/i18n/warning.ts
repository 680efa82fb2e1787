import type { Warning } from '../api/types';
import { meters } from './format';

/** A text of the message table with what stands in its places. */
export interface Said {
  key: string;
  values: Record<string, string>;
}

/** The texts that say a warning, the most exact first; a table need not hold them all. */
export function textsOf(w: Warning): Said[] {
  const said: Said[] = [];
  if (w.have_m != null && w.needed_m != null) {
    said.push({ key: `warnings.${w.code}_m`, values: { have: meters(w.have_m), needed: meters(w.needed_m) } });
  }
  if (w.layer) said.push({ key: `warnings.${w.code}_${w.layer}`, values: {} });
  said.push({ key: `warnings.${w.code}`, values: {} });
  return said;
}
