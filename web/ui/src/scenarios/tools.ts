import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import { getRoads, type Roads } from '../api/scenarios';
import type { Change } from '../api/types';
import type { Drawn, LonLat } from '../map/drawing';
import type { Picked } from '../map/pointer';
import { usePage } from '../page/page';
import { rounded } from '../question/draft';
import { OWNER } from './draw';
import { newId, type Edit } from './edit';
import { apart, boxAbout, footOn, nearestRoad } from './line';
import { useScenarioWords } from './words';

/** What can be done on the map. */
export const TOOLS = ['add', 'remove', 'draw', 'close'] as const;
export type ToolName = (typeof TOOLS)[number];

/** Classes a new road may have, those for people on foot first: OpenStreetMap's values. */
export const ROAD_CLASSES = ['footway', 'path', 'steps', 'residential', 'tertiary'] as const;

/** So far from a road a click still means it, and the end of a new road is led to it; in meters. */
const NEAR_ROAD = 40;
/** So far from its icon a click still means a facility. */
const NEAR_FACILITY = 60;

/** What is drawn while a tool is used, and the id of its last point there. */
const SKETCH = 'sketch';
const LAST = 'last';

type Road = Roads['features'][number];

/** The tools that make changes by clicks on the map, or by places that are typed. */
export function useTools(edit: Edit) {
  const page = usePage();
  const words = useScenarioWords();
  const { t } = words;
  const tool = ref<ToolName>();
  const kind = ref(page.question.value?.kind ?? '');
  const roadClass = ref<(typeof ROAD_CLASSES)[number]>('footway');
  /** What kept the last click from doing something. */
  const note = ref('');
  const points = shallowRef<readonly LonLat[]>([]);
  const pointer = shallowRef<LonLat>();
  const closing = shallowRef<{ road: Road; at: LonLat }>();
  const study = () => page.study.value!.id;

  function reset() {
    points.value = [];
    pointer.value = closing.value = undefined;
    note.value = '';
  }

  const hint = computed(() => {
    if (!tool.value) return '';
    const more = (tool.value === 'draw' && points.value.length > 0) || (tool.value === 'close' && closing.value !== undefined);
    return t(`draft_hints.${tool.value}${more ? '_more' : ''}`);
  });

  function end() {
    tool.value = undefined;
    reset();
  }
  /** Does what may have to ask the server for roads; says so where that fails. */
  async function attempt(act: () => unknown) {
    note.value = '';
    try {
      await act();
    } catch {
      note.value = t('error.unreachable');
    }
  }
  /** Takes a tool in hand, or lays it down if it was. */
  function choose(name: ToolName) {
    if (tool.value === name) return page.take(undefined);
    page.take({
      name: `scenario-${name}`,
      get hint() {
        return hint.value;
      },
      click: (at, picked) => void attempt(() => acts[name](at, picked)),
      move: (at) => (pointer.value = at),
      end,
    });
    tool.value = name;
  }

  function addFacility(at: LonLat) {
    const n = edit.freeNumber(kind.value);
    const name = t('draft.newName', { kind: words.inSentence(words.kind(page.study.value!, kind.value)), n });
    edit.add({ change: 'add_facility', kind: kind.value, id: newId(n), name, at: rounded(at) });
  }

  function removeFacility(of: string, id: string) {
    const named = (c: Change) => c.change === 'remove_facility' && c.kind === of && c.id === id;
    if (edit.draft.value.changes.some(named)) return void (note.value = t('draft.gone'));
    edit.add({ change: 'remove_facility', kind: of, id });
  }
  /** Takes away what was clicked: one of the draft's own, else the nearest of the study. */
  function removeAt(at: LonLat, picked?: Picked) {
    const own = picked?.what === 'drawn' && picked.id.startsWith(`${OWNER}/`) ? Number(picked.id.slice(OWNER.length + 1)) : -1;
    if (edit.draft.value.changes[own]?.change === 'add_facility') return edit.takeBack(own);
    const all = page.facilities.data.value?.features ?? [];
    const near = all
      .map((f) => ({ f, far: apart(f.geometry.coordinates as [number, number], at) }))
      .reduce<{ f?: (typeof all)[number]; far: number }>((a, b) => (a.far <= b.far ? a : b), { far: NEAR_FACILITY });
    const found = picked?.what === 'facility' ? all.find((f) => `${f.properties.kind}/${f.properties.id}` === picked.id) : near.f;
    if (found) removeFacility(found.properties.kind, found.properties.id);
    else note.value = t('draft.noFacility');
  }

  const nearRoad = async (at: LonLat) => nearestRoad(await getRoads(study(), boxAbout(at, NEAR_ROAD)), at, NEAR_ROAD);

  function drawPoint(at: LonLat, picked?: Picked) {
    const last = points.value.at(-1);
    const again = picked?.what === 'drawn' && picked.id === `${SKETCH}/${LAST}`;
    if (last && (again || apart(last, at) === 0)) return points.value.length > 1 ? finish() : undefined;
    points.value = [...points.value, at];
    return undefined;
  }
  /** Adds the road through the points; its ends are led to the nearest roads. */
  async function finish(line = points.value) {
    points.value = [];
    const joined = async (at: LonLat) => (await nearRoad(at))?.foot.at ?? at;
    const [first, last] = await Promise.all([joined(line[0]!), joined(line.at(-1)!)]);
    edit.add({ change: 'draw_road', line: [first, ...line.slice(1, -1), last].map(rounded), class: roadClass.value });
  }

  async function closeAt(at: LonLat) {
    if (!closing.value) {
      const found = await nearRoad(at);
      if (found) closing.value = { road: found.road, at: found.foot.at };
      else note.value = t('draft.noRoad', { m: NEAR_ROAD });
      return;
    }
    const { road, at: from } = closing.value;
    const to = footOn(road.geometry.coordinates, at);
    if (to.meters > NEAR_ROAD) return void (note.value = t('draft.otherRoad'));
    closing.value = undefined;
    edit.add({ change: 'close_road', road: road.properties.id, from: rounded(from), to: rounded(to.at) });
  }
  function closeWhole() {
    const id = closing.value!.road.properties.id;
    closing.value = undefined;
    edit.add({ change: 'close_road', road: id });
  }

  const acts: Record<ToolName, (at: LonLat, picked?: Picked) => unknown> = {
    add: addFacility, remove: removeAt, draw: drawPoint, close: closeAt,
  };

  /** The same by places that were typed. */
  async function put(places: readonly LonLat[]) {
    if (tool.value === 'draw') {
      if (places.length > 1) await finish(places);
      else note.value = t('draft.placesTwo');
    } else if (tool.value) for (const at of places) await acts[tool.value](at);
    page.show(places[0]!);
  }

  const sketch = computed<Drawn[]>(() => {
    const line = [...points.value, ...(points.value.length > 0 && pointer.value ? [pointer.value] : [])];
    return [
      ...(line.length > 1 ? [{ id: 'line', look: 'measure' as const, geometry: { type: 'LineString' as const, coordinates: line.map((p) => [...p]) } }] : []),
      ...points.value.map((p, i, all) => ({
        id: i === all.length - 1 ? LAST : String(i), look: 'place' as const, geometry: { type: 'Point' as const, coordinates: [...p] },
        ...(i === all.length - 1 && i > 0 && { tip: { name: t('draft.finish'), figure: '' } }),
      })),
      ...(closing.value
        ? [
            { id: 'road', look: 'measure' as const, geometry: closing.value.road.geometry },
            { id: 'from', look: 'place' as const, geometry: { type: 'Point' as const, coordinates: [...closing.value.at] } },
          ]
        : []),
    ];
  });
  watch(sketch, (features) => page.draw(SKETCH, features.length > 0 ? { features } : undefined));
  onBeforeUnmount(() => {
    if (tool.value) page.take(undefined);
    page.draw(SKETCH, undefined);
  });

  return {
    tool, kind, roadClass, note, hint, points, closing, choose, closeWhole,
    typed: (places: readonly LonLat[]) => attempt(() => put(places)),
    finish: () => attempt(() => finish()),
    removeFacility: (of: string, id: string) => attempt(() => removeFacility(of, id)),
  };
}
