// What of the map can be switched off, and whether a base map of others lies below.

/** Parts of the base map and the colors of the answer. */
export const PARTS = ['zones', 'names', 'boundaries', 'buildings', 'roads', 'ground'] as const;
/** Facilities of other kinds than the one asked about: all, or those of a group. */
export const FACILITY_PARTS = ['others', 'care', 'learning', 'green', 'mobility', 'service', 'other'] as const;

export type Part = (typeof PARTS)[number] | (typeof FACILITY_PARTS)[number];
const ALL: readonly Part[] = [...PARTS, ...FACILITY_PARTS];

/** The parts named in a list joined by commas, in a fixed order; undefined for none. */
export function parseHidden(text: string | null): Part[] | undefined {
  const named = (text ?? '').split(',');
  const found = ALL.filter((part) => named.includes(part));
  return found.length > 0 ? found : undefined;
}

/** The list with one part more, or without it. */
export function toggled(hidden: readonly Part[] | undefined, part: Part): Part[] {
  return hidden?.includes(part) ? hidden.filter((p) => p !== part) : [...(hidden ?? []), part];
}
