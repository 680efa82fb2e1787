// Lines of text: SVG has none of its own.

/** How wide a text is, in CSS pixels. */
export type Measure = (text: string, size: number, bold?: boolean) => number;

/**
 * Where a line may end: after a space, and after each Chinese character, but
 * not before a mark that closes or after one that opens.
 */
const PIECES = /\s+|[(《“「[]*(?:\p{Script=Han}|[^\s\p{Script=Han}(《“「[]+|$)[,。、;:?!)》”」\]%,;:.?!)]*|[(《“「[]+/gu;

/** Breaks a text into lines that are no wider than a width; words that are wider alone are cut. */
export function wrap(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.match(PIECES) ?? []) {
    if (line !== '' && widthOf((line + piece).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else {
      line += line === '' ? piece.trimStart() : piece;
    }
    while (widthOf(line.trimEnd()) > width && line.length > 1) {
      const fits = longest(line, width, widthOf);
      lines.push(line.slice(0, fits));
      line = line.slice(fits);
    }
  }
  if (line.trimEnd() !== '') lines.push(line.trimEnd());
  return lines;
}

/** How many characters of a word fit, at least one. */
function longest(word: string, width: number, widthOf: (text: string) => number): number {
  let n = 1;
  while (n < word.length && widthOf(word.slice(0, n + 1)) <= width) n++;
  return n;
}

/** Measures in the page's own fonts. */
export function textMeasure(family: string): Measure {
  const context = document.createElement('canvas').getContext('2d')!;
  return (text, size, bold = false) => {
    context.font = `${bold ? '600 ' : ''}${size}px ${family}`;
    return context.measureText(text).width;
  };
}
