// What of the map has to be explained on the sheet, each as it is drawn there.

import type { Summary } from '../api/types';
import { count } from '../i18n/format';
import type { useWords } from '../i18n/words';
import { CLASS_COLORS, groupLook, GROUPS, PALETTES, SCALE_COLORS } from '../map/colors';
import { LINES, POINTS, type Drawn } from '../map/drawing';
import { SITE_MARKS } from '../map/icons';
import { ZONE_OPACITY } from '../map/layers';
import { shapePath } from '../map/shapes';
import { classRange, histogram } from '../question/classes';
import type { Overlay } from '../question/ground';
import type { Painting } from '../question/painting';
import type { PlanView, SiteMark } from '../question/planview';
import type { Part } from '../question/switches';

type Words = ReturnType<typeof useWords>;

/** A sample of a look, 24 by 16. */
export type Swatch =
  | { of: 'area'; fill: string; opacity: number; edge: string; hatch?: string; dashed?: boolean }
  | { of: 'line'; color: string; width: number; dashed?: boolean }
  | { of: 'dot'; fill: string; edge: string; radius: number; number?: number }
  /** A path in a square of 16. */
  | { of: 'path'; path: string; color: string; filled: boolean };

/** A sample and what it means. */
export interface Entry {
  swatch: Swatch;
  text: string;
}

/** What is on the map. */
export interface OnMap {
  summary: Summary;
  painting: Painting;
  kind: string;
  /** Classes shown in full; undefined means all. */
  classes?: readonly number[];
  over?: Overlay;
  plan?: PlanView;
  drawn: readonly Drawn[];
  /** Whether a way, a selected zone is on it. */
  way: boolean;
  selected: boolean;
  /** What is switched off. */
  hidden: readonly Part[];
  /** Whether it is so close that facilities of other kinds are shown too. */
  close: boolean;
}

const P = PALETTES.light;
const EDGE = '#6b7078';
/** More new sites than this are not told one by one. */
const MOST_PINS = 12;

/** All entries, the zones' classes first. */
export function legendOf(on: OnMap, words: Words): Entry[] {
  return [...classEntries(on, words), ...facilityEntries(on, words), ...overEntries(on, words), ...drawnEntries(on.drawn, words)];
}

/** The classes of changes, the lowest first. */
const CHANGES = ['less2', 'less', 'same', 'more', 'more2'] as const;

function classEntries({ painting, classes, selected, over, hidden }: OnMap, words: Words): Entry[] {
  const { t } = words;
  const area = (fill: string, opacity: number): Swatch => ({ of: 'area', fill, opacity, edge: EDGE });
  const mark: Entry[] = selected ? [{ swatch: { of: 'area', fill: 'none', opacity: 1, edge: P.accent }, text: t('print.selected') }] : [];
  if (painting.level === 'study' || hidden.includes('zones')) return mark;
  const { counts, none } = histogram(painting.zones.map((z) => z.rate), painting.scale);
  const strength = over ? ZONE_OPACITY.quiet : ZONE_OPACITY.full;
  const steps = SCALE_COLORS[painting.scale].map((color, i): Entry => {
    const [from, to] = classRange(i);
    const n = count(counts[i]!);
    const label = painting.scale === 'change'
      ? t('print.change', { what: t(`change_classes.${CHANGES[i]!}`), n })
      : t('print.class', { from, to, n });
    const shown = classes === undefined || classes.includes(i);
    return { swatch: area(color, shown ? strength : ZONE_OPACITY.faded), text: shown ? label : `${label} ${t('print.faded')}` };
  });
  const nobody: Entry[] = none > 0 ? [{ swatch: area(P.nobody, 0.28), text: `${t('legend.none')} · ${count(none)}` }] : [];
  return [...steps.reverse(), ...nobody, ...mark];
}

function facilityEntries({ summary, kind, close, hidden }: OnMap, words: Words): Entry[] {
  const groupOf = (k: string) => summary.kinds.find((x) => x.kind === k)?.group ?? 'other';
  const shape = (group: string, radius: number): Swatch => {
    const look = groupLook(group);
    return { of: 'path', path: shapePath(look.shape, 8, 8, radius), color: look.color, filled: true };
  };
  const asked = { swatch: shape(groupOf(kind), 6), text: words.kind(summary, kind) };
  if (!close || hidden.includes('others')) return [asked];
  const found = summary.kinds.filter((k) => k.kind !== kind).map((k) => (k.group in GROUPS ? k.group : 'other'));
  const groups = [...new Set(found)].filter((g) => !hidden.includes(g as Part));
  const others = groups.map((g) => ({
    swatch: shape(g, 3.5), text: words.t('print.others', { group: words.inSentence(words.code('groups', g)) }),
  }));
  return [asked, ...others];
}

function overEntries(on: OnMap, words: Words): Entry[] {
  const { t } = words;
  const gap = { fill: P.gap, edge: P.gap, hatch: P.gap };
  const way: Entry[] = on.way ? [{ swatch: { of: 'line', color: P.text, width: 3 }, text: t('legend.way') }] : [];
  const area = (color: string): Swatch => ({ of: 'area', fill: color, opacity: 0.22, edge: color });
  switch (on.over) {
    case 'areas':
      return [{ swatch: { of: 'area', opacity: 0.1, ...gap }, text: t('legend.areas') }, ...way];
    case 'points':
      return [
        { swatch: { of: 'dot', fill: P.gap, edge: P.gapLine, radius: 6 }, text: t('legend.gap') },
        { swatch: { of: 'area', opacity: 0, ...gap, edge: EDGE }, text: t('legend.hatch') },
      ];
    case 'estates':
      return [{ swatch: area(P.gap), text: t('legend.lacking') }, { swatch: area(P.softText), text: t('legend.enough') }];
    case 'sites':
      return on.plan ? planEntries(on.plan, words) : [];
    default:
      return way;
  }
}

/** A pin's name without its rank, which its disc has. */
export function pinName({ rank, tip }: PlanView['pins'][number]): string {
  return tip.name.replace(new RegExp(`^${rank}\\s+`), '');
}

function planEntries(plan: PlanView, { t }: Words): Entry[] {
  const pins = plan.pins.slice(0, MOST_PINS).map((pin): Entry => ({
    swatch: { of: 'dot', fill: P.plan, edge: P.pinEdge, radius: 8, number: pin.rank },
    text: `${pinName(pin)} · ${pin.tip.figure}`,
  }));
  const rest: Entry[] = plan.pins.length > MOST_PINS
    ? [{ swatch: { of: 'dot', fill: P.plan, edge: P.pinEdge, radius: 8 }, text: t('plan_legend.pin') }]
    : [];
  const reached: Entry[] = plan.reached.features.length > 0
    ? [{ swatch: { of: 'area', fill: P.plan, opacity: 0.15, edge: P.plan }, text: t('plan_legend.reached') }]
    : [];
  const marks = (Object.keys(SITE_MARKS) as SiteMark[]).filter((m) => plan.candidates.some((c) => c.mark === m));
  const candidates = marks.map((m): Entry => ({
    swatch: { of: 'path', ...SITE_MARKS[m], color: m === 'out' ? P.softText : P.plan }, text: t(`plan_legend.${m}`),
  }));
  const rejected: Entry[] = plan.rejected.length > 0
    ? [{ swatch: { of: 'area', fill: P.softText, opacity: 0.12, edge: P.softText, dashed: true }, text: t('plan_legend.rejected') }]
    : [];
  return [...pins, ...rest, ...reached, ...candidates, ...rejected];
}

/** What panels drew, each look once; of rings each one. */
function drawnEntries(drawn: readonly Drawn[], words: Words): Entry[] {
  const found = new Map<string, Entry>();
  for (const { look, rank = 0, label } of drawn) {
    const key = look === 'ring' ? `ring ${rank}` : look;
    if (found.has(key)) continue;
    found.set(key, { swatch: swatchOf(look, rank), text: look === 'ring' && label ? label : words.code('looks', look) });
  }
  return [...found.values()];
}

function swatchOf(look: Drawn['look'], rank: number): Swatch {
  if (look in LINES) {
    const { color, width, dashed } = LINES[look as keyof typeof LINES];
    return { of: 'line', color: P[color], width, dashed };
  }
  if (look in POINTS) {
    const { fill, edge, radius } = POINTS[look as keyof typeof POINTS];
    return { of: 'dot', fill: P[fill], edge: P[edge], radius };
  }
  const color = look === 'ring' ? CLASS_COLORS[Math.max(1, 4 - rank)]! : P.accent;
  return { of: 'area', fill: color, opacity: 0.24, edge: color };
}
