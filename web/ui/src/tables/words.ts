import { useWords } from '../i18n/words';
import { unitOf } from '../i18n/format';
import { isWord, unitOfColumn, type Column } from './rows';

/** What the columns of the table are called, with the unit of their figures. */
export function useColumnWords(cohort: () => string) {
  const { t } = useWords();
  const head = (c: Column) => t(`table.${c}`);
  const unit = (c: Column) => {
    if (isWord(c)) return undefined;
    const of = unitOfColumn(c);
    return t(`column_units.${of === 'cohort' ? unitOf(cohort()) : of}`);
  };
  return { head, unit, full: (c: Column) => (isWord(c) ? head(c) : t('drawer.withUnit', { name: head(c), unit: unit(c)! })) };
}
