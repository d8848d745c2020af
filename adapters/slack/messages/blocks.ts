import type { types } from '@slack/bolt';
import type { PlacedButton } from '../../../commands/bot/buttons.ts';
import { cutTo, endedAfter } from '../../../commands/bot/quoted.ts';
import { plainText, type RichText, type Span, wordsOf } from '../../../commands/bot/rich-text.ts';
import { linesOf, piecesOf } from '../../rich-lines.ts';
import type { Rename } from '../names.ts';

/** Slack's limits, in characters. */
const longestBlock = 3000;
const longestFallback = 3000;
const longestLabel = 75;
const longestValue = 2000;
const longestAlt = 2000;

/**
 * Text as blocks of rich text, each as long as one may be. What stands in them is literal: Slack reads no marks, mentions or
 * links out of it.
 */
export function textBlocks(text: RichText, rename: Rename): readonly types.RichTextBlock[] {
  return partsOf(text.map((span) => renamed(span, rename))).map((part) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: part.map(elementOf) }],
  }));
}

/** The words for notifications and for readers that know no blocks, where Slack's three signs have to be escaped. */
export function fallbackText(text: RichText, rename: Rename): string {
  const words = plainText(text.map((span) => renamed(span, rename)));
  return escaped(cutTo(words, longestFallback)).slice(0, longestFallback) || '…';
}

/** The three signs that Slack gives a meaning to, escaped. */
export function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Plain text, shortened to at most so many characters. */
export function plain(words: string, most: number): types.PlainTextElement {
  return { type: 'plain_text', text: endedAfter(words, most), emoji: false };
}

/** A button that brings its id when it is pressed; `index` tells it from the others of its message. */
export function buttonOf({ id, label, style }: PlacedButton, index: number): types.Button {
  return {
    type: 'button',
    action_id: `press/${index}`,
    value: id.slice(0, longestValue),
    text: plain(label, longestLabel),
    ...(style !== 'plain' && { style }),
  };
}

/** The picture of a file that Slack has looked at. @see https://docs.slack.dev/reference/block-kit/blocks/image-block */
export function imageOf(file: string, alt: string): types.ImageBlock {
  return { type: 'image', slack_file: { id: file }, alt_text: endedAfter(alt, longestAlt) };
}

function renamed(span: Span, rename: Rename): Span {
  if (typeof span === 'string') return rename.sentence(span);
  if ('strong' in span) return { strong: rename.line(span.strong) };
  if ('link' in span) return { link: rename.sentence(span.link), to: span.to };
  return 'code' in span ? { code: rename.line(span.code) } : { note: rename.sentence(span.note) };
}

function elementOf(span: Span): types.RichTextText | types.RichTextLink {
  const text = wordsOf(span);
  if (typeof span === 'string' || 'note' in span) return { type: 'text', text };
  if ('link' in span) return { type: 'link', text, url: span.to };
  return { type: 'text', text, style: 'strong' in span ? { bold: true } : { code: true } };
}

/** The text in parts that fit a block, cut between lines where that can be done. */
function partsOf(text: RichText): readonly RichText[] {
  const parts: Span[][] = [];
  let length = 0;
  for (const line of linesOf(text).flatMap(cut)) {
    const more = lengthOf(line) + 1;
    const last = parts.at(-1);
    if (last && length + more <= longestBlock) {
      last.push('\n', ...line);
      length += more;
    } else {
      parts.push([...line]);
      length = more;
    }
  }
  return parts.map((part) => part.filter((span) => wordsOf(span) !== '')).filter((part) => part.length > 0);
}

/** A line that is too long, in several. */
function cut(line: RichText): readonly RichText[] {
  const lines: Span[][] = [[]];
  for (const piece of line.flatMap((span) => piecesOf(span, longestBlock / 4))) {
    if (lengthOf(lines.at(-1)!) + lengthOf([piece]) > longestBlock) lines.push([]);
    lines.at(-1)!.push(piece);
  }
  return lines;
}

function lengthOf(line: RichText): number {
  return line.reduce((sum, span) => sum + wordsOf(span).length, 0);
}
