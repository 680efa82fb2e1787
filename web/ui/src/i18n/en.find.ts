import type { zhFind } from './zh.find';

/** What is said where things are looked for by name, in English. */
export const enFind: typeof zhFind = {
  find: {
    label: 'Find a zone, facility, estate, road or coordinates',
    placeholder: 'Find a place, road or coordinates',
    recent: 'Recent',
    none: 'Nothing is called “{q}”. Try fewer letters, the first letters of the pinyin, or coordinates such as 29.58, 105.05.',
    failed: 'The search did not work; try again.',
    some: '{n} of {total} listed',
    tab: 'Open this tab',
    facilities: '{n} places',
    parts: '{n} parts',
  },
  found: {
    go: 'Page',
    place: 'Coordinates',
    kind: 'Facility kinds',
    zone: 'Zones',
    estate: 'Estates',
    facility: 'Facilities',
    road: 'Roads',
  },
  tab_words: {
    coverage: 'coverage rate reach now',
    gaps: 'gaps blind spots left out',
    sites: 'sites plan new build location',
    indicators: 'indicators completeness equity per capita old estates sensitivity',
    data: 'data import layers sources',
  },
};
