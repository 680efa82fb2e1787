import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Fault, Summary, Warning } from '../api/types';
import type { Cutoff, Question } from '../question/question';
import { count, pick, plain, signed, unitOf, type Lang } from './format';
import { textsOf } from './warning';

/**
 * Words that depend on the study and the language: names from the server,
 * amounts with their unit, codes with the server's English as a last resort.
 */
export function useWords() {
  const { t, te, locale } = useI18n();
  const lang = computed<Lang>(() => (locale.value === 'en' ? 'en' : 'zh'));

  /** A name as it stands inside a sentence: in English without its capital. */
  function inSentence(text: string): string {
    if (lang.value === 'zh' || /^.[A-Z]/.test(text)) return text;
    return text.charAt(0).toLowerCase() + text.slice(1);
  }

  /** A number of things, in the singular where it reads as one. */
  function number(key: string, n: number): string {
    const text = count(n);
    return t(key, { n: text }, text === '1' ? 1 : 2);
  }

  /** Where in a question a fault is: query.kinds[1] is item 2 of the kinds. */
  function placeOf(location = ''): string {
    const [, name = '', n] = /([a-z_]+)(?:\[(\d+)\])?$/.exec(location) ?? [];
    const key = `fault_places.${name}`;
    const place = te(key, lang.value) ? t(key) : name || t('fault_places.question');
    return n === undefined ? place : t('fault.list', { place, n: Number(n) + 1 });
  }

  return {
    t,
    lang,
    inSentence,

    amount: (n: number, cohort: string) => number(`unit.${unitOf(cohort)}`, n),

    number,

    /** By how much an amount changes, with its sign. */
    more: (n: number, cohort: string) => signed(Math.round(n), number(`unit.${unitOf(cohort)}`, Math.abs(n))),

    /** Kinds of which any will do, with how many of them: "park+pocket_park:1". */
    need: (summary: Summary, need: string) => {
      const [kinds, n] = need.split(':') as [string, string | undefined];
      const names = kinds.split('+').map((k) => pick(summary.kinds.find((x) => x.kind === k)?.name, lang.value, k));
      const any = names.map((name, i) => (i === 0 ? name : inSentence(name))).join(t('estates.or'));
      return n === undefined || n === '1' ? any : `${any} × ${n}`;
    },

    /** Short texts in a row. */
    list: (texts: readonly string[]) => texts.join(lang.value === 'zh' ? '、' : ', '),

    cutoff: ({ unit, value }: Cutoff) =>
      t(unit === 'min' ? 'question.minutes' : 'question.meters', { n: value.toLocaleString('en-US') }),

    /** A limit of time, of distance, or of both at once. */
    limit: (seconds: number | null, metersFar: number | null) => {
      const time = seconds === null ? '' : t('question.minutes', { n: plain(seconds / 60) });
      const way = metersFar === null ? '' : t('question.meters', { n: plain(metersFar) });
      return time && way ? t('unit.both', { time, way }) : time || way;
    },

    /** A standard by its number, or by its name where that is Chinese and the reader is not. */
    standard: (id: string, name: { zh?: string; en?: string } | undefined) =>
      lang.value === 'en' && /[^\x20-\x7e]/.test(id) ? pick(name, 'en', id) : id,

    /** A text for a code from one table, else what the server said, else the code. */
    code: (table: 'reasons' | 'repairs' | 'tier_sources' | 'errors' | 'layers' | 'groups' | 'causes' | 'cause_means' | 'aside' | 'rejects' | 'remedies' | 'import_fields' | 'roads_aside' | 'road_classes' | 'request_kinds' | 'aims' | 'job_kinds' | 'job_states' | 'job_stages' | 'job_advice' | 'fault_places' | 'looks', code: string, fallback = '') => {
      const key = `${table}.${code}`;
      return te(key, lang.value) ? t(key) : fallback || code.replaceAll('_', ' ');
    },

    /** What a fault says; what the server said if no text does. */
    fault: (f: Fault) => {
      const key = `faults.${f.code}`;
      const said = f.message ?? '';
      if (!te(key, lang.value)) return said;
      const text = t(key, { where: placeOf(f.location), value: String(f.value) });
      return f.value === undefined && text.includes('undefined') ? said : text;
    },

    /** What a warning says; what the server said if no text does. */
    warning: (w: Warning) => {
      const text = textsOf(w).find(({ key }) => te(key, lang.value));
      return text ? t(text.key, text.values) : w.message || w.code.replaceAll('_', ' ');
    },

    kind: (summary: Summary, kind: string) =>
      pick(summary.kinds.find((k) => k.kind === kind)?.name, lang.value, kind),
    level: (summary: Summary, level: string) =>
      pick(summary.levels.find((l) => l.level === level)?.name, lang.value, level),
    cohort: (summary: Summary, cohort: string) =>
      pick(summary.cohorts.find((c) => c.cohort === cohort)?.name, lang.value, cohort),
    profile: (summary: Summary, profile: string) =>
      pick(summary.profiles.find((p) => p.profile === profile)?.name, lang.value, profile),
    speed: (summary: Summary, q: Question) =>
      summary.profiles.find((p) => p.profile === q.profile)?.speed_kmh,
  };
}
