import { computed, inject, nextTick, ref, shallowRef, type InjectionKey } from 'vue';
import { useWords } from '../i18n/words';
import type { Bounds } from '../api/types';
import type { CopyOptions } from '../map/copy';
import type { LonLat } from '../map/drawing';
import { boxOf } from '../map/geometry';
import { useStore } from '../question/context';
import type { Shown } from '../print/scale';
import type { Way } from '../question/ground';
import type { State, View } from '../question/question';
import { useAnswers } from './answers';
import { useScenarioDrawing } from '../scenarios/draw';
import { createDrawings } from './drawings';

/** At this zoom a place is shown with the streets that its people walk. */
const PLACE_ZOOM = 15;
/** A screen at least this high has room for the table from the start. */
const TABLE_FROM_HEIGHT = 840;
/** A screen wider than this has its panels beside the map. */
const WIDE = 900;
/** How much the details cover of the map on wide screens, in rem, and their margin, in pixels. */
const DETAILS_REM = 25.7;
const DETAILS_MARGIN = 12;

/** What the page asks of its map. */
export interface MapView {
  showZone(id: string, places?: readonly LonLat[]): boolean;
  showPoint(at: LonLat, zoom?: number): void;
  showBox(box: Bounds): void;
  jump(view: View): void;
  zoom(by: 1 | -1): void;
  /** The middle of the map. */
  center(): LonLat | undefined;
  highlight(classes: readonly number[] | undefined): void;
  /** What it shows, and a drawing of it for a sheet; undefined while there is no map. */
  shown(): Shown | undefined;
  copy(options: CopyOptions): Promise<Blob> | undefined;
}

/** Where panels find the page. */
export const pageKey: InjectionKey<Page> = Symbol('page');

/** The page that a panel is part of. Throws outside of it: a bug in this program. */
export function usePage(): Page {
  const page = inject(pageKey);
  if (!page) throw new Error('no page provided');
  return page;
}

export type Page = ReturnType<typeof createPage>;

/** What all panels share: the state in the address, the answers, the map, and what can be done with them. */
export function createPage() {
  const { state, push, replace } = useStore();
  const words = useWords();
  const answers = useAnswers({ state, push, replace }, words);
  const { question, answer, coverage, gaps, directory, facilities, studies, over, ground, way, place } = answers;
  const drawings = createDrawings();
  useScenarioDrawing({ ...answers, draw: drawings.draw });

  // --- what is open, hovered, folded
  const map = shallowRef<MapView>();
  const hovered = ref<string>();
  const hoveredPiece = ref<string>();
  const point = ref<string>();
  const folded = ref(false);
  const printing = ref(false);
  const rem = ref(14);
  const wide = () => window.innerWidth > WIDE;
  const tableOpen = computed(() =>
    state.table ? state.table === 'open' : window.innerHeight >= TABLE_FROM_HEIGHT && wide(),
  );
  const zone = computed(() => (state.zone ? directory.value.get(state.zone) : undefined));
  const row = computed(() => answer.value?.rows.find((r) => r.id === state.zone));
  const facility = computed(
    () => facilities.data.value?.features.find((f) => `${f.properties.kind}/${f.properties.id}` === state.facility)?.properties,
  );
  const detailed = computed(() => (zone.value !== undefined && answer.value !== undefined) || facility.value !== undefined);
  /** How much of the map the details cover, in pixels; nothing where they come from below. */
  const covered = computed(() => (detailed.value && wide() ? Math.round(rem.value * DETAILS_REM) + DETAILS_MARGIN : 0));

  /** Changes the question; another level closes what was open of the one before. */
  function ask(change: State) {
    const newLevel = change.level !== undefined && change.level !== question.value?.level;
    push({ ...change, ...(newLevel && !('zone' in change) ? { zone: undefined, from: undefined } : {}) });
  }

  function closeDetails() {
    point.value = place.value = undefined;
    const rings = state.rings === 'site' ? undefined : state.rings;
    push({
      zone: undefined, facility: undefined, found: undefined, area: undefined, estate: undefined, road: undefined, request: undefined, site: undefined,
      need: undefined, from: undefined, rings,
    });
  }

  function openZone(id: string | undefined, show = false) {
    if (id === undefined) return closeDetails();
    point.value = undefined;
    push({ zone: id, facility: undefined, from: undefined });
    if (show) window.setTimeout(() => map.value?.showZone(id));
  }

  /** Opens a facility's details; rings about the one before are those of this one. */
  function openFacility(id: string) {
    push({ facility: id, zone: undefined, from: undefined });
  }

  function openPoint(id: string) {
    point.value = id;
    const at = gaps.data.value?.features.find((f) => f.properties.id === id);
    if (at) map.value?.showPoint(at.geometry.coordinates as [number, number]);
  }

  /** Selects a piece of ground, and shows it with the way from it. */
  async function openPiece(id: string) {
    push({ [over.value === 'estates' ? 'estate' : 'area']: id, zone: undefined, facility: undefined });
    await nextTick();
    const found = ground.value?.pieces.find((p) => p.id === id);
    const box = found && boxOf(found.geometry, way.value?.path);
    if (box) map.value?.showBox(box);
  }

  function openPlace(found: Way) {
    place.value = found;
    map.value?.showPoint(found.path[0]!, PLACE_ZOOM);
  }

  /** Moves the map to a box, or to a place with the streets about it. */
  function show(to: Bounds | LonLat) {
    if (to.length === 2) map.value?.showPoint(to, PLACE_ZOOM);
    else map.value?.showBox(to);
  }

  function chooseStudy(id: string) {
    push({
      study: id, scenario: undefined, against: undefined, draft: undefined, kind: undefined, level: undefined, profile: undefined, cohort: undefined,
      zone: undefined, facility: undefined, found: undefined, area: undefined, estate: undefined, road: undefined, requests: undefined, request: undefined, plan: undefined, site: undefined, find: undefined, classes: undefined, view: undefined,
      need: undefined, from: undefined, rings: undefined,
    });
  }

  /** Back to a question that can be answered: of the first study, or with nothing chosen. */
  function resetQuestion() {
    if (answers.summary.error.value) return chooseStudy(studies.data.value?.[0]?.id ?? '');
    push({ scenario: undefined, kind: undefined, level: undefined, profile: undefined, cohort: undefined, cutoff: undefined, zone: undefined });
  }

  function retry() {
    for (const q of [studies, answers.summary, coverage]) if (q.error.value) void q.refetch();
  }

  return {
    state, push, replace, ...answers, ...drawings,
    map, hovered, hoveredPiece, point, folded, printing, rem, tableOpen, zone, row, facility, detailed, covered,
    ask, closeDetails, openZone, openFacility, openPoint, openPiece, openPlace, show, chooseStudy, resetQuestion, retry,
    openData: () => push({ tab: 'data' }),
  };
}
