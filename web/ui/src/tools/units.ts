import { useWords } from '../i18n/words';

/** A number with so many digits that a tenth of a thousandth shows, at most two after the point. */
function short(n: number): string {
  const digits = n < 10 ? 2 : n < 1000 ? 1 : 0;
  return n.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** Lengths and areas as they are told, in the unit that suits their size. */
export function useUnits() {
  const { t } = useWords();
  return {
    /** Meters below a kilometer; above, kilometers with the meters beside. */
    length: (m: number) =>
      m < 1000
        ? t('measuring.meters', { n: short(m) })
        : t('measuring.both', {
            a: t('measuring.kilometers', { n: (m / 1000).toLocaleString('en-US', { maximumFractionDigits: m < 1e5 ? 2 : 0 }) }),
            b: t('measuring.meters', { n: short(m) }),
          }),

    /** Square meters below a hectare; above, hectares, and square kilometers from a hundred of them. */
    area: (m2: number) => {
      if (m2 < 1e4) return t('measuring.squareMeters', { n: short(m2) });
      const hectares = t('measuring.hectares', { n: (m2 / 1e4).toLocaleString('en-US', { maximumFractionDigits: m2 < 1e6 ? 2 : 0 }) });
      const fine =
        m2 < 1e6
          ? t('measuring.squareMeters', { n: short(m2) })
          : t('measuring.squareKilometers', { n: (m2 / 1e6).toLocaleString('en-US', { maximumFractionDigits: 2 }) });
      return t('measuring.both', { a: hectares, b: fine });
    },
  };
}
