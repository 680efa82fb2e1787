import type { Drawn, RequestLook } from '../map/drawing';
import type { Ask } from './figures';
import type { RequestWords } from './words';

/** How a request is drawn: by whether it still waits, and whether it lies in a gap. */
export function lookOf({ stage, gap }: Pick<Ask, 'stage' | 'gap'>): RequestLook {
  const waits = stage === 'open' || stage === 'doing';
  if (gap) return waits ? 'waiting-gap' : 'settled-gap';
  return waits ? 'waiting' : 'settled';
}

/** Requests on their places, those marked strong. */
export function requestDrawing(asks: readonly Ask[], marked: readonly (string | undefined)[], words: RequestWords): Drawn[] {
  return asks.map((a) => ({
    id: a.id,
    geometry: { type: 'Point', coordinates: [...a.at] },
    look: lookOf(a),
    selected: marked.includes(a.id),
    tip: { name: words.title(a), figure: words.about(a) },
  }));
}
