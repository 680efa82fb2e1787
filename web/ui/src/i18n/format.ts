// Numbers as people read them: thousands separators, at most three
// significant digits for rates, units always.

const locales = { zh: 'zh-CN', en: 'en-US' } as const;
export type Lang = keyof typeof locales;

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A count of people or things: 178,412. Separators are the same in both languages. */
export function count(n: number): string {
  return whole.format(n);
}

/**
 * A rate 0..1 as percent with three significant digits, never rounded up to
 * 100 or down to 0 when it is not: 81.3 %, 99.9 %, <0.1 %.
 */
export function percent(rate: number | null): string {
  if (rate === null) return '–';
  const p = rate * 100;
  if (p === 0 || p === 100) return `${p} %`;
  if (p < 0.1) return '<0.1 %';
  if (p > 99.9) return p > 99.95 ? '>99.9 %' : '99.9 %';
  return `${p.toFixed(1)} %`;
}

/** A number with its sign, a real minus for less. */
export function signed(n: number, text: string): string {
  return n > 0 ? `+${text}` : n < 0 ? `\u2212${text}` : text;
}

/** The change of a rate in percentage points with one decimal, without the unit: +3.2; – for null. */
export function points(change: number | null): string {
  if (change === null) return '–';
  const text = Math.abs(change * 100).toFixed(1);
  return text === '0.0' ? text : signed(change, text);
}

/** Seconds as minutes with one decimal, without the unit; – for null. */
export function minutes(seconds: number | null): string {
  return seconds === null ? '–' : (seconds / 60).toFixed(1);
}

/** Meters, whole, without the unit; – for null. */
export function meters(m: number | null): string {
  return m === null ? '–' : whole.format(m);
}

/**
 * An amount that need not be whole, such as places or square meters due by a
 * rule: whole where what it is compared with is at least 100, else with at
 * most one decimal, and never 0 when there is some.
 */
export function measure(n: number, beside = n): string {
  if (Math.abs(beside) >= 100 && Math.abs(n) >= 0.5) return count(n);
  if (n > 0 && n < 0.05) return '<0.1';
  return `${Math.round(n * 10) / 10}`;
}

/** A given number, such as a limit, as short as it is: with at most two decimals. */
export function plain(n: number): string {
  return n.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** A mean of a few things, with one decimal; – for null. */
export function mean(n: number | null): string {
  return n === null ? '–' : n.toFixed(1);
}

/** A measure between 0 and 1 that is no share, such as Gini's; – for null. */
export function index(n: number | null): string {
  return n === null ? '–' : n.toFixed(2);
}

/** A point in time as 2026-11-23, in universal time as the server gives it. */
export function date(iso: string): string {
  return /^\d{4}-\d{2}-\d{2}/.test(iso) ? iso.slice(0, 10) : iso;
}

/** A point in time as 2026-11-23 09:12, where the reader is. */
export function moment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The better of the two names for a language; the id when there is none. */
export function pick(name: { zh?: string; en?: string } | undefined, lang: Lang, id = ''): string {
  const other = lang === 'zh' ? 'en' : 'zh';
  return name?.[lang] || name?.[other] || id;
}

/** Orders text as a reader of the language expects. */
export function collator(lang: Lang): Intl.Collator {
  return new Intl.Collator(locales[lang], { numeric: true });
}

const UNITS = { households: 'households', vehicles: 'vehicles', dwellings: 'dwellings', area: 'area' } as const;
type CohortUnit = 'people' | (typeof UNITS)[keyof typeof UNITS];

/** What a cohort counts: people, unless it is homes, cars or ground. */
export function unitOf(cohort: string): CohortUnit {
  return (UNITS as Record<string, CohortUnit>)[cohort] ?? 'people';
}
