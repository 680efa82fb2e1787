import type { zhTour } from './zh.tour';

/** What the tour tells, in English. */
export const enTour: typeof zhTour = {
  tour: {
    button: 'Two-minute tour',
    offer: 'First time here? Two minutes explain this page.',
    start: 'Start the tour',
    decline: 'No, thanks',
    progress: 'Tour {n} / {all}',
    try: 'Try it:',
    back: 'Back',
    next: 'Next',
    finish: 'Done',
    end: 'End the tour',
  },
  tour_stops: {
    question: {
      title: 'A sentence is the question',
      text: 'Each underlined word is a menu: who, how they move, how long, to what, by which level. Change a word, and answer, map and table follow at once; the address holds the whole sentence, so a copied link opens the same view.',
      try: 'Turn “15 minutes” into “10 minutes”, or press [ and ] on the keyboard.',
    },
    answer: {
      title: 'The answer is a sentence, too',
      text: 'How many can reach one, how many cannot, and where most of these live. The small print below has the time rule beside the distance rule, the version of the data, and what of it was left out.',
      try: 'Click the community named in the sentence: the map goes there.',
    },
    map: {
      title: 'The map shows the share that can',
      text: 'Light is low, dark is high, in five equal steps; the bars in the legend count the zones of each. Rest the pointer on a zone for its figure; click for details: who lives there, how many minutes to each kind, what is missing.',
      try: 'Click the leftmost step of the legend to see the worst zones alone.',
    },
    gaps: {
      title: 'Gaps: who cannot, and why',
      text: 'Ground without one in reach hangs together in areas, ranked by people, each with its causes: no path, a detour, or nothing nearby. Select one, and the map draws the way from there to the nearest.',
      try: 'Click the first area of the list.',
    },
    sites: {
      title: 'Sites: where the next one helps most',
      text: 'Choose a kind, a number or a budget, and press “Find sites”. Places come ranked by gain, with reasons, the people each adds, and how far the plan may be from the best: a bound that is proven, not a guess.',
      try: 'Find sites, then require or exclude one and search again.',
    },
    whatif: {
      title: 'What if: try it on the map',
      text: 'Add a facility, open a dead end, save it as a scenario: every question of the page can be asked again under it and compared with today. The other list ranks dead ends and missing links by who gains.',
      try: 'See which road helps most people when opened.',
    },
    data: {
      title: 'Data: put in your own',
      text: 'Drop files here: first see how columns and coordinates were understood, then the preview on the map, with a reason for every row left out; accept when the totals add up. Nothing changes before that.',
      try: 'See how many rows each layer has, and how many were set aside.',
    },
    share: {
      title: 'Take it to the meeting',
      text: '“Print / export” makes a picture with title, legend, scale, date and version of the data; the table below downloads as Excel, CSV or GeoJSON.',
      try: 'The question mark at the top right starts the tour again at any time.',
    },
  },
};
