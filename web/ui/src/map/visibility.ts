import type { ExpressionSpecification, GeoJSONSource, Map as MapLibre } from 'maplibre-gl';
import type { Basemap } from '../api/map';
import type { Part } from '../question/switches';
import type { Fill } from './fill';
import { FILLED } from './layers';

/** What a layer belongs to that can be switched off: its part, and for facilities the group. */
function partsOf(id: string, type: string, tileLayer: string | undefined): Part[] {
  if (id.startsWith('others-')) return ['others', id.slice('others-'.length) as Part];
  if (id === 'zone-name' || id.startsWith('name-')) return ['names'];
  if (['zone-fill', 'zone-hatch', 'zone-line'].includes(id)) return ['zones'];
  if (tileLayer === 'landcover' && type === 'fill') return ['ground'];
  return (['roads', 'buildings', 'boundaries'] as const).filter((part) => part === tileLayer);
}

/** Of our own base map, what a base map of others has too. */
const OF_OTHERS: readonly Part[] = ['ground', 'roads', 'buildings'];

/** Buildings have edges from this zoom on: further out they are specks, and 25,000 edges cost most of a frame. */
const EDGES_FROM = 15;
const EDGED: ExpressionSpecification = ['step', ['zoom'], false, EDGES_FROM, true];

/**
 * Which layers of a map are shown. Those of an empty source are not: for each
 * source that is drawn the map asks for tiles and clips them anew, a pass over
 * the whole screen.
 */
export function createVisibility(map: MapLibre) {
  const empty = new Set(FILLED);
  let hidden: readonly Part[] = [];
  let zonesAreBuildings = false;
  let outside = false;

  function apply() {
    const gone = new Set<Part>([...hidden, ...(zonesAreBuildings ? ['buildings' as const] : []), ...(outside ? OF_OTHERS : [])]);
    for (const id of map.getLayersOrder()) {
      const { type, source, sourceLayer } = map.getLayer(id)!;
      const named = outside && id.startsWith('name-');
      const visibility = empty.has(source) || named || partsOf(id, type, sourceLayer).some((part) => gone.has(part)) ? 'none' : 'visible';
      if ((map.getLayoutProperty(id, 'visibility') ?? 'visible') !== visibility) map.setLayoutProperty(id, 'visibility', visibility);
    }
  }

  const fill: Fill = (id, data) => {
    const [was, is] = [empty.has(id), data.features.length === 0];
    if (was && is) return;
    map.getSource<GeoJSONSource>(id)?.setData(data);
    if (was === is) return;
    if (is) empty.add(id);
    else empty.delete(id);
    apply();
  };

  apply();
  return {
    fill,

    /** Switches these parts off and all others on. */
    setHidden(parts: readonly Part[]) {
      hidden = parts;
      apply();
    },

    /** Where the zones are the buildings themselves, the base map's give way. */
    setZonesAreBuildings(on: boolean) {
      zonesAreBuildings = on;
      map.setPaintProperty('zone-fill', 'fill-antialias', on ? EDGED : true);
      map.setLayerZoomRange('zone-line', on ? EDGES_FROM : 0, 24);
      apply();
    },

    /** Lays a base map of someone else below, in place of what of ours it has too; undefined takes it away. */
    async setOutside(basemap: Basemap | undefined) {
      const wanted = basemap !== undefined;
      if (wanted === outside) return;
      outside = wanted;
      if (basemap) (await import('./outside')).lay(map, basemap);
      else if (map.getLayer('outside')) map.removeLayer('outside').removeSource('outside');
      if (outside !== wanted) return;
      apply();
    },
  };
}
