import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';

/** What hovering over something says. */
export interface Tip {
  name: string;
  figure: string;
}

/** How sure it is that good plans open a candidate; barred ones the planner rules out. */
export type SiteMark = 'in' | 'interchangeable' | 'open' | 'out' | 'barred';

/** A plan as the map draws it. */
export interface PlanView {
  /** The new sites, that which adds most first. */
  pins: readonly { id: string; rank: number; at: readonly [number, number]; required: boolean; tip: Tip }[];
  /** All other places that could be chosen. */
  candidates: readonly { id: string; at: readonly [number, number]; mark: SiteMark; tip: Tip }[];
  /** Places that were turned down: by their outline where they have one. */
  rejected: readonly { id: string; at: readonly [number, number]; outline?: Polygon | MultiPolygon; tip: Tip }[];
  /** The ground from which the new sites are reached, by the id of the site. */
  reached: FeatureCollection<Polygon | MultiPolygon, { id: string }>;
}
