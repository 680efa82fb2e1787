import { useI18n } from 'vue-i18n';
import { count, measure, plain } from '../i18n/format';
import { unitOfRule } from './figures';

/** Amounts in the units of rules of so much for so many; a unit without words is said as the standards library has it. */
export function useUnits() {
  const { t, te, locale } = useI18n();
  const has = (key: string) => te(key, locale.value);

  return {
    /** What facilities offer, as exactly as what stands beside it: 920 places. */
    supply: (n: number, unit: string, beside: number) => {
      const parts = unitOfRule(unit);
      const text = measure(n, beside);
      if (!parts || !has(`supply.${parts.supply}`)) return `${text} ${parts?.supply ?? unit}`;
      return t(`supply.${parts.supply}`, { n: text }, text === '1' ? 1 : 2);
    },

    /** So much for so many: 4.5 places per 1,000 people. */
    ratio: (n: number, unit: string) => {
      const parts = unitOfRule(unit);
      if (!parts || !has(`supply.${parts.supply}`) || !has(`per.${parts.weight}`)) return `${plain(n)} ${unit}`;
      const supply = t(`supply.${parts.supply}`, { n: plain(n) }, n === 1 ? 1 : 2);
      return t(`per.${parts.weight}`, { n: count(parts.per), supply });
    },
  };
}
