import { type RichText, type Span, wordsOf } from '../commands/bot/rich-text.ts';

/** A text by its lines. */
export function linesOf(text: RichText): readonly RichText[] {
  const lines: Span[][] = [[]];
  for (const span of text) {
    for (const [index, words] of wordsOf(span).split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (words !== '') lines.at(-1)!.push(withWords(span, words));
    }
  }
  return lines;
}

/** A span in pieces of at most so many characters. */
export function piecesOf(span: Span, length: number): readonly Span[] {
  const characters = [...wordsOf(span)];
  const count = Math.ceil(characters.length / length);
  return Array.from({ length: count }, (_, index) =>
    withWords(span, characters.slice(index * length, (index + 1) * length).join('')),
  );
}

/** A span of the same kind with other words. */
export function withWords(span: Span, words: string): Span {
  if (typeof span === 'string') return words;
  if ('strong' in span) return { strong: words };
  if ('link' in span) return { link: words, to: span.to };
  return 'code' in span ? { code: words } : { note: words };
}
