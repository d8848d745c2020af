import { type RichText, type Span, wordsOf } from '../../../commands/bot/rich-text.ts';
import { linesOf, piecesOf, withWords } from '../../rich-lines.ts';

/**
 * Text as Discord's markdown, its literal words escaped so that they neither format, link nor mention: a backslash before a
 * punctuation mark makes it literal everywhere in Discord's clients. Notes that begin a line become subtext.
 */
export function render(text: RichText): string {
  let shown = '';
  for (const span of joined(text)) shown += renderSpan(span, shown === '' || shown.endsWith('\n'));
  return shown;
}

/** The same in parts of at most `most` characters each, cut between lines where that can be done. */
export function renderParts(text: RichText, most: number): readonly string[] {
  const parts: string[] = [];
  for (const line of linesOf(text).flatMap((whole) => cut(whole, most))) {
    const shown = render(line);
    const last = parts.at(-1);
    if (last !== undefined && last.length + 1 + shown.length <= most)
      parts[parts.length - 1] = `${last}\n${shown}`;
    else parts.push(shown);
  }
  return parts.filter((part) => part.trim() !== '');
}

/** Words as they are, whatever Discord would make of them. */
export function literal(words: string): string {
  return words
    .replace(/[\\*_~`|<>[\]@]|:(?=\S)/g, '\\$&')
    .replace(/^(\s*)([-+#])/gm, '$1\\$2')
    .replace(/^(\s*\d+)\./gm, '$1\\.')
    .replace(/(?<=\p{L})\.(?=\p{L})/gu, '\\.');
}

/** Neighbours of a kind made one: marks that touch would cancel each other. */
function joined(text: RichText): RichText {
  const spans: Span[] = [];
  for (const span of text.filter((one) => wordsOf(one) !== '')) {
    const last = spans.at(-1);
    if (last !== undefined && kindOf(last) === kindOf(span))
      spans[spans.length - 1] = withWords(span, wordsOf(last) + wordsOf(span));
    else spans.push(span);
  }
  return spans;
}

function kindOf(span: Span): string {
  if (typeof span === 'string') return 'plain';
  return 'link' in span ? `link ${span.to}` : Object.keys(span)[0]!;
}

function renderSpan(span: Span, beginsLine: boolean): string {
  const words = wordsOf(span);
  if (typeof span === 'string' || words.trim() === '') return literal(words);
  if ('strong' in span) return `**${literal(words)}**`;
  if ('code' in span) return renderCode(words);
  if ('link' in span) return `[${literal(words)}](${span.to})`;
  return beginsLine ? `-# ${literal(words)}` : literal(words);
}

/** Inside code nothing is escaped; words with two backticks in a row cannot be shown as code in a line. */
function renderCode(words: string): string {
  if (words.includes('``') || words.includes('\n')) return literal(words);
  if (!words.includes('`')) return `\`${words}\``;
  const room = (edge: boolean) => (edge ? ' ' : '');
  return `\`\`${room(words.startsWith('`'))}${words}${room(words.endsWith('`'))}\`\``;
}

/** A line that is too long, in several. Escaping at most doubles the length of words. */
function cut(line: RichText, most: number): readonly RichText[] {
  if (render(line).length <= most) return [line];
  const lines: Span[][] = [[]];
  for (const piece of line.flatMap((span) => piecesOf(span, Math.floor(most / 4)))) {
    if (render([...lines.at(-1)!, piece]).length > most) lines.push([]);
    lines.at(-1)!.push(piece);
  }
  return lines;
}
