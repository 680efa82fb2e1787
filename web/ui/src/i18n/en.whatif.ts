import type { zhWhatIf } from './zh.whatif';

/** What is said of what would be if, in English. */
export const enWhatIf: typeof zhWhatIf = {
  whatif: { choose: 'What to look at' },
  what_ifs: { scenarios: 'Scenarios', roads: 'Roads to open' },
};
