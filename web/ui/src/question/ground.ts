import type { Geometry } from 'geojson';
import type { Estates, GapAreaProperties, GapAreas } from '../api/types';
import { meters, minutes } from '../i18n/format';
import type { useWords } from '../i18n/words';

type Words = ReturnType<typeof useWords>;

/** What lies over the zones: gap areas, places in the gaps, requests of residents, estates, new sites. */
export type Overlay = 'areas' | 'points' | 'requests' | 'estates' | 'sites';

/** A piece of ground that a list ranks, as the map draws it over the zones. */
export interface Piece {
  id: string;
  geometry: Geometry;
  /** What its label is ranked by where not all have room. */
  weight: number;
  label: string;
  /** Whether something is missing there: warm, else gray. */
  warm: boolean;
  tip: { name: string; figure: string };
}

/** What lies over the zones: ground that is not served is hatched, estates are not. */
export interface Ground {
  of: 'gaps' | 'estates';
  pieces: readonly Piece[];
}

/** A way drawn on the map; of one place only, a mark. */
export interface Way {
  path: readonly [number, number][];
  label: string;
}

/** Time and length of the way to the nearest; undefined where there is none. */
export function farOf(area: Pick<GapAreaProperties, 'nearest_s' | 'nearest_m'>, words: Words): string | undefined {
  if (area.nearest_s === null || area.nearest_m === null) return undefined;
  return words.list([
    words.t('unit.minutes', { n: minutes(area.nearest_s) }),
    words.t('unit.meters', { n: meters(area.nearest_m) }),
  ]);
}

/** Gap areas, labeled with their people. */
export function gapGround(answer: GapAreas, words: Words): Ground {
  const { cohort } = answer.kaimen.question;
  return {
    of: 'gaps',
    pieces: answer.features.map(({ geometry, properties: p }) => {
      const people = words.amount(p.demand, cohort);
      const far = farOf(p, words);
      return {
        id: p.id,
        geometry,
        weight: p.demand,
        label: people,
        warm: true,
        tip: {
          name: people,
          figure: far ? words.t('gaps.nearest', { name: p.nearest_name || p.nearest_id || '', far }) : words.t('gaps.noPath'),
        },
      };
    }),
  };
}

/** The way from where most people of an area live to the nearest facility; undefined where none leads there. */
export function gapWay(area: GapAreaProperties, words: Words): Way | undefined {
  const far = farOf(area, words);
  if (!far || !area.path || area.path.length === 0) return undefined;
  return { path: area.path as [number, number][], label: `${area.nearest_name || area.nearest_id || ''}\n${far}`.trim() };
}

/** Estates by their names; those warm where people lack something. */
export function estateGround(answer: Estates, words: Words): Ground {
  const { cohort } = answer.kaimen.question;
  return {
    of: 'estates',
    pieces: answer.features.map(({ geometry, properties: p }) => ({
      id: p.id,
      geometry,
      weight: p.unserved,
      label: p.name || p.id,
      warm: p.unserved > 0,
      tip: {
        name: p.name || p.id,
        figure: p.unserved > 0
          ? words.t('estates.lacking', { people: words.amount(p.unserved, cohort), all: words.amount(p.demand, cohort) })
          : words.t('estates.nothing'),
      },
    })),
  };
}
