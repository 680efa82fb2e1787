import type { Scale } from '../question/classes';
import type { Theme } from '../theme/theme';

/**
 * Five steps from low to high: yellow, green, blue, dark blue. Lightness falls
 * evenly, so the order also holds for color-blind readers and in gray print
 * (ColorBrewer YlGnBu, 5 classes).
 */
export const CLASS_COLORS = ['#ffffcc', '#a1dab4', '#41b6c4', '#2c7fb8', '#253494'] as const;

/**
 * From much less over the same to much more: orange to purple, which color-blind
 * readers tell apart; what is lost is darker in gray print, too (ColorBrewer
 * PuOr, 5 classes).
 */
export const CHANGE_COLORS = ['#e66101', '#fdb863', '#f7f7f7', '#b2abd2', '#5e3c99'] as const;

/** The colors of the classes of each scale. */
export const SCALE_COLORS: Record<Scale, readonly string[]> = { share: CLASS_COLORS, change: CHANGE_COLORS };

/** Fonts for labels. With no glyphs URL they are drawn from the system's own. */
export const FONTS = ['PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'sans-serif'];

/** What the ground is painted with. */
export interface Palette {
  land: string;
  water: string;
  green: string;
  farmland: string;
  built: string;
  building: string;
  buildingLine: string;
  road: string;
  roadCasing: string;
  path: string;
  boundary: string;
  nobody: string;
  text: string;
  softText: string;
  waterText: string;
  halo: string;
  accent: string;
  gap: string;
  gapLine: string;
  gapText: string;
  plan: string;
  onPlan: string;
  onAccent: string;
  pinEdge: string;
}

/** The colors of the map in each theme. */
export const PALETTES: Record<Theme, Palette> = {
  light: {
    land: '#f3f1ec',
    water: '#c3dcea',
    green: '#dbe8cf',
    farmland: '#eeeeda',
    built: '#ebe8e1',
    building: '#d9d3c8',
    buildingLine: '#c0b8aa',
    road: '#ffffff',
    roadCasing: '#cbc5ba',
    path: '#b5a78f',
    boundary: '#5d5a66',
    nobody: '#b9b6b0',
    text: '#23262b',
    softText: '#5a5f68',
    waterText: '#3b6d8c',
    halo: 'rgba(255,255,255,0.88)',
    accent: '#d0570b',
    gap: '#d0570b',
    gapLine: '#7a2e00',
    gapText: '#7a2e00',
    plan: '#8e1f63',
    onPlan: '#ffffff',
    onAccent: '#ffffff',
    pinEdge: '#ffffff',
  },
  dark: {
    land: '#1d2126',
    water: '#16324a',
    green: '#22332a',
    farmland: '#27291f',
    built: '#24282d',
    building: '#363b42',
    buildingLine: '#4a5058',
    road: '#4a5059',
    roadCasing: '#14171a',
    path: '#5c5a52',
    boundary: '#c3c7d0',
    nobody: '#4d5158',
    text: '#f2f4f7',
    softText: '#c4c9d1',
    waterText: '#8fc1e3',
    halo: 'rgba(18,21,25,0.85)',
    accent: '#ff9a4d',
    gap: '#ff9a4d',
    gapLine: '#4a2206',
    gapText: '#ffc999',
    plan: '#f08ac4',
    onPlan: '#1d2126',
    onAccent: '#1d2126',
    pinEdge: '#14171a',
  },
};

/** One color and one shape for each group of facilities. */
export const GROUPS: Record<string, { color: string; shape: Shape }> = {
  care: { color: '#b3266b', shape: 'cross' },
  learning: { color: '#6a3fb5', shape: 'triangle' },
  green: { color: '#3f7d20', shape: 'circle' },
  mobility: { color: '#1f3b57', shape: 'square' },
  service: { color: '#8a4b00', shape: 'diamond' },
  other: { color: '#555555', shape: 'circle' },
};

export type Shape = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross';

/** The group to draw a facility in; unknown groups share one look. */
export function groupLook(group: string) {
  return GROUPS[group] ?? GROUPS.other!;
}
