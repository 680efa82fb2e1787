import { computed, type Ref } from 'vue';
import type { Coverage, Summary } from '../api/types';
import { count, date, meters, percent, pick } from '../i18n/format';
import { useWords } from '../i18n/words';
import type { Page } from '../page/page';
import { ruleText, sentenceOf } from '../panels/answer';
import { allWarnings } from '../panels/facts';
import { useBasemap } from '../question/queries';
import type { Question } from '../question/question';
import { fullName, type Directory } from '../question/zones';
import { legendOf } from './legend';
import type { Content } from './sheet';

type Words = ReturnType<typeof useWords>;

/** The day of a moment where the reader is, as 2026-11-23. */
export function today(now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The parts of the question by their names, as they stand in a sentence. */
function namesOf(summary: Summary, question: Question, words: Words) {
  const { inSentence } = words;
  return {
    study: pick(summary.name, words.lang.value, summary.id),
    cohort: inSentence(words.cohort(summary, question.cohort)),
    profile: inSentence(words.profile(summary, question.profile)),
    cutoff: words.cutoff(question.cutoff),
    kind: inSentence(words.kind(summary, question.kind)),
    level: inSentence(words.level(summary, question.level)),
  };
}

const TITLES = { coverage: 'print.ofCoverage', completeness: 'print.ofCompleteness', change: 'print.ofChange' };
const LEGENDS = { coverage: 'legend.title', completeness: 'legend.completeness', change: 'change_legend.title' };

/** The title of a sheet, until another one is written. */
export function titleOf(page: Page, summary: Summary, question: Question, words: Words): string {
  const names = namesOf(summary, question, words);
  const { over } = page;
  if (over.value === 'areas' || over.value === 'points') return words.t('print.ofGaps', names);
  if (over.value === 'sites') return words.t('print.ofSites', names);
  if (over.value === 'estates') return words.t('print.ofEstates', names);
  return words.t(TITLES[page.painting.value?.by ?? 'coverage'], names);
}

/** The answer as one sentence. */
export function answerText(coverage: Coverage, directory: Directory, words: Words): string {
  const { path, worst } = sentenceOf(coverage);
  const { totals, question } = coverage;
  return words.t(path, {
    share: percent(totals.coverage_rate),
    covered: words.amount(totals.covered, question.cohort),
    uncovered: words.amount(totals.uncovered, question.cohort),
    zone: worst ? fullName(worst, directory, words.lang.value) : '',
  });
}

/** The small print: both rules, where the figures come from, what to mind, whose the data is. */
function notesOf(summary: Summary, coverage: Coverage, basemap: string | undefined, words: Words, now: Date): string[] {
  const { t } = words;
  const period = words.lang.value === 'zh' ? '。' : '.';
  const semicolon = words.lang.value === 'zh' ? ';' : '; ';
  const bare = (text: string) => text.replace(/[。.]$/, '');
  const rules = coverage.rules.map((r) => `${ruleText(r, words)} ${percent(r.coverage_rate)}`);
  const warnings = allWarnings(summary, coverage).map((w) => bare(words.warning(w)) + (w.count > 1 ? ` (${count(w.count)})` : ''));
  const attribution = [...(summary.attribution ?? []), ...(basemap ? [basemap] : [])];
  return [
    [
      rules.length > 0 ? words.list(rules) + period : '',
      t('print.snapshot', { short: summary.snapshot.slice(0, 8), id: summary.snapshot, imported: date(summary.imported_at) }),
      t('print.made', { date: today(now), engine: coverage.engine }),
    ].filter(Boolean).join(' '),
    ...(warnings.length > 0 ? [t('print.warnings', { text: warnings.join(semicolon) })] : []),
    ...(attribution.length > 0 ? [t('print.attribution', { text: attribution.join(semicolon) })] : []),
  ];
}

/** What the sheet says of what the page shows, from afar or close up; undefined while there is no answer. */
export function useContent(page: Page, title: Ref<string>, now: Date) {
  const words = useWords();
  const { t } = words;
  const { study, question, answer, painting, directory, state, over, plan, way, drawn, scenarioName } = page;
  const basemap = useBasemap(computed(() => state.base !== undefined));
  return computed<((close: boolean) => Content) | undefined>(() => {
    const [summary, asked, coverage, painted] = [study.value, question.value, answer.value, painting.value];
    if (!summary || !asked || !coverage || !painted) return undefined;
    const entries = (close: boolean) => legendOf(
      {
        summary, painting: painted, kind: asked.kind, drawn: drawn.value, close,
        classes: state.classes, over: over.value, plan: plan.value, hidden: state.hide ?? [],
        // A place that is marked alone has its label beside it.
        way: (way.value?.path.length ?? 0) > 1,
        selected: state.zone !== undefined,
      },
      words,
    );
    return (close) => ({
      title: title.value,
      question: [
        t('print.question', namesOf(summary, asked, words)),
        ...(scenarioName.value === undefined ? [] : [t('print.scenario', { name: scenarioName.value })]),
      ].join(' '),
      answer: answerText(coverage, directory.value, words),
      legendTitle: t('print.legend', {
        what: t(LEGENDS[painted.by]),
        level: words.inSentence(words.level(summary, painted.level)),
      }),
      entries: entries(close),
      notes: notesOf(summary, coverage, basemap.value?.attribution, words, now),
      mark: summary.synthetic ? t('app.synthetic') : undefined,
      north: t('print.north'),
      meters: (n) => (n >= 1000 ? t('print.km', { n: n / 1000 }) : t('unit.meters', { n: meters(n) })),
      scale: (n) => t('print.scale', { n: count(n) }),
    });
  });
}
