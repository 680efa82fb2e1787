import type { Summary, Warning } from '../api/types';
import type { Question } from '../question/question';

/** What every indicator is given. */
export interface SectionProps {
  summary: Summary;
  question: Question;
  /** Warnings that stand below the answer already. */
  known: readonly Warning[];
  /** The zone whose own figures stand beside the study's. */
  zone?: { id: string; name: string };
}
