import type { Geometry, Position } from 'geojson';
import type { Change, Facilities } from '../api/types';
import type { Drawn, Look } from '../map/drawing';
import { between } from './line';

/** What of the study the changes are about: where things stand that they name. */
export interface Ground {
  facilities: Facilities | undefined;
  /** Lines of roads by id. */
  roads: ReadonlyMap<string, readonly Position[]>;
}

const point = (at: readonly number[]): Geometry => ({ type: 'Point', coordinates: [...at] });
const line = (coordinates: readonly (readonly number[])[]): Geometry => ({ type: 'LineString', coordinates: coordinates.map((p) => [...p]) });

/** The roads that the changes name, whose lines have to be known to draw them. */
export function roadsOf(changes: readonly Change[]): string[] {
  return [...new Set(changes.flatMap((c) => (c.road ? [c.road] : [])))];
}

function shapeOf(c: Change, { facilities, roads }: Ground): [Look, Geometry] | undefined {
  const road = c.road === undefined ? undefined : roads.get(c.road);
  switch (c.change) {
    case 'add_facility':
    case 'move_facility':
      return c.at ? ['added', point(c.at)] : undefined;
    case 'remove_facility': {
      const found = facilities?.features.find((f) => f.properties.id === c.id && f.properties.kind === c.kind);
      return found && ['removed', found.geometry];
    }
    case 'draw_road':
      return c.line ? ['new-road', line(c.line)] : undefined;
    case 'close_road': {
      if (!road) return undefined;
      const whole = !c.from || !c.to;
      return ['closed-road', line(whole ? road : between(road, c.from as [number, number], c.to as [number, number]))];
    }
    case 'open_road':
      return road && ['new-road', line(road)];
    default:
      return c.at ? ['gate', point(c.at)] : undefined;
  }
}

/** Changes as the map draws them, each under its place in the list; what cannot be placed is left out. */
export function drawnChanges(changes: readonly Change[], ground: Ground, tell: (c: Change) => string): Drawn[] {
  return changes.flatMap((c, i) => {
    const found = shapeOf(c, ground);
    if (!found) return [];
    const [look, geometry] = found;
    return [{ id: String(i), look, geometry, ...(c.name && { label: c.name }), tip: { name: tell(c), figure: '' } }];
  });
}
