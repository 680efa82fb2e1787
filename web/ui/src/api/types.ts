// What the server says, by the names of its specification, which gen/ is made
// from. Rates are 0..1, seconds end in _s, meters in _m; null is "not known".

import type { FeatureCollection, Geometry, MultiPolygon, Point, Polygon } from 'geojson';
import type { components } from './gen/schema';

type Schemas = components['schemas'];

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number];
type WithBounds<T> = Omit<T, 'bounds'> & { bounds: Bounds };

export type StudyItem = WithBounds<Schemas['StudyItem']>;
export type Summary = WithBounds<Schemas['StudySummary']>;
export type SourceReport = Schemas['SourceReport'];
export type ImportReport = Schemas['ImportReport'];
export type LevelReport = Schemas['LevelReport'];
export type Warning = Schemas['Warning'];
export type Coverage = Schemas['CoverageResult'];
export type Row = Schemas['Row'];
export type Rule = Schemas['Rule'];
// What if.
export type Scenario = Schemas['Scenario'];
export type Change = Schemas['Change'];
export type ScenarioItem = Schemas['ScenarioItem'];
export type Comparison = Schemas['CompareResult'];
export type Compared = Schemas['Compared'];
export type GapProperties = Schemas['GapProperties'];

// Indicators: options as they were applied, a summary of the study, a row per zone.
export type Completeness = Schemas['CompletenessAnswer'];
export type CompletenessRow = Schemas['CompletenessRow'];
export type RequiredNeed = Schemas['RequiredNeed'];
export type Overview = Schemas['OverviewAnswer'];
export type PerCapita = Schemas['PerCapitaAnswer'];
export type PerCapitaRow = Schemas['PerCapitaRow'];
export type Equity = Schemas['EquityAnswer'];
export type EquityRow = Schemas['EquityRow'];
export type Sensitivity = Schemas['SensitivityAnswer'];
export type SensitivityRow = Schemas['SensitivityRow'];
export type Conclusion = Schemas['Conclusion'];
export type Audit = Schemas['AuditAnswer'];
// New sites.
export type Plan = Schemas['SiteAnswer'];
export type PlanSummary = Schemas['SitesSummary'];
export type SiteRow = Schemas['SiteRow'];
export type SiteCandidate = Schemas['SiteCandidate'];
export type SiteRejected = Schemas['SiteRejected'];
export type SiteAlternative = Schemas['SiteAlternative'];
export type SiteCurvePoint = Schemas['SiteCurvePoint'];

/** Where a search stands, as its stream tells. */
export interface PlanProgress {
  objective: number;
  /** What no plan can pass; null if nothing is known yet. */
  bound: number | null;
  gap: number | null;
  /** Share of the effort that is spent. */
  done: number;
  sites: string[];
}

export type LorenzPoint = Schemas['Point'];
export type Standards = Schemas['StandardsOutputBody'];
export type Circle = Schemas['StandardCircle'];

export type ProblemBody = Partial<Schemas['Problem']>;
export type Fault = Partial<Schemas['Fault']>;

// The specification gives layers as GeoJSON of any columns; these are the
// columns that the page reads.

/** A zone: a boundary, or a building, which has no level of its own. */
export interface ZoneProperties {
  id: string;
  level: string;
  name: string;
  parent: string;
  kind?: string;
}
export type Zones = FeatureCollection<Geometry, ZoneProperties>;

export interface FacilityProperties {
  id: string;
  kind: string;
  name: string;
  capacity: number | null;
  hours?: string | null;
  address?: string | null;
  /** Where it is entered: a JSON array of lon, lat; empty when at its own point. */
  entrances?: string | null;
  area_m2?: number | null;
}
export type Facilities = FeatureCollection<Point, FacilityProperties>;

/** Idle land. */
export type Parcels = FeatureCollection<Polygon | MultiPolygon, { id: string; name?: string }>;
/** The ground within reach of a place. */
export type Isochrones = FeatureCollection<Polygon | MultiPolygon | null, Record<string, unknown>>;

export type Gaps = FeatureCollection<Point, GapProperties>;

/** A row as a feature has it: what is of each cohort and each cause is a column of its own. */
export type GapAreaProperties = Omit<Schemas['GapAreaRow'], 'at' | 'cohorts' | 'causes'> &
  Readonly<Record<`cohorts_${string}` | `causes_${string}`, number | undefined>>;
/** The ground of each area, and in a member beside the features all else of the answer. */
export type GapAreas = FeatureCollection<Polygon | MultiPolygon, GapAreaProperties> & {
  kaimen: Omit<Schemas['GapAreaAnswer'], 'rows'>;
};
export type GapAreaSummary = Schemas['GapAreaSummary'];

/** A row of the estates as a feature has it; what is missing is joined by semicolons. */
export type EstateProperties = Pick<
  Schemas['EstateRow'],
  | 'id' | 'rank' | 'name' | 'old' | 'gated' | 'year_built' | 'buildings' | 'households' | 'community' | 'demand'
  | 'unserved' | 'unserved_rate' | 'elderly_unserved' | 'step_barred'
  | 'charging_inside' | 'charging_reachable' | 'charging_missing'
> & { missing: string };
/** The area of each estate, and in a member beside the features all else of the answer. */
export type Estates = FeatureCollection<Polygon | MultiPolygon, EstateProperties> & {
  kaimen: Omit<Schemas['EstateAnswer'], 'rows'>;
};

// Roads worth opening.
export type Roads = Schemas['LinkAnswer'];
export type RoadRow = Schemas['LinkRow'];
export type RoadsSummary = Schemas['LinkSummary'];

// What residents ask for.
export type RequestCounts = Schemas['RequestCountAnswer'];
export interface RequestProperties {
  id: string;
  kind: string;
  state?: string;
  opened_at?: string;
  closed_at?: string;
}
export type Requests = FeatureCollection<Point, RequestProperties>;

export type Job = Schemas['JobItem'];
