import { filesIn } from './rules/blocks.ts';
import type { Block, FakeMessage, MessageState } from './world.ts';

/** A message as Slack's clients show it. */
export interface Shown {
  /** The words, without marks. */
  readonly text: string;
  /** Words in bold, as code, links, and whatever stands for a mention. */
  readonly marked: readonly string[];
  readonly buttons: readonly string[];
  /** Ids of the files whose pictures stand in it. */
  readonly pictures: readonly unknown[];
}

interface Element {
  readonly type: string;
  readonly text?: unknown;
  readonly style?: object;
}

/** What stands in blocks; where there are none, the text, of which Slack reads marks. A line about who asked is left out. */
export function shownOf({ text, blocks }: MessageState): Shown {
  if (blocks.length === 0)
    return { text: unescaped(text), marked: mentionsIn(text), buttons: [], pictures: [] };
  const parts = blocks.flatMap((block) => (block.type === 'rich_text' ? [partsOf(block)] : []));
  return {
    text: parts.map((part) => part.map((one) => String(one.text)).join('')).join('\n'),
    marked: parts.flat().flatMap((one) => (one.style ? [String(one.text)] : [])),
    buttons: buttonsOf(blocks).map((button) => String((button.text as Element).text)),
    pictures: filesIn(blocks),
  };
}

/** The buttons of a message, in order. */
export function buttonsOf(blocks: readonly Block[]): readonly (Element & { readonly value?: string })[] {
  return blocks.flatMap((block) => (block.type === 'actions' ? (block.elements as readonly Element[]) : []));
}

/** Whether the message shows how far a job is: then it has a button to stop it. */
export function isWorking({ blocks }: MessageState): boolean {
  return buttonsOf(blocks).some(({ value }) => value?.startsWith('cancel/'));
}

/** Whether the message stands where an answer is coming. */
export function isWaiting({ state }: FakeMessage): boolean {
  return shownOf(state).text === '…';
}

function partsOf(block: Block): readonly Element[] {
  return (block.elements as readonly { readonly elements: readonly Element[] }[]).flatMap(
    ({ elements }) => elements,
  );
}

/** What Slack makes a mention or a link of. */
function mentionsIn(text: string): readonly string[] {
  return text.match(/<[^>]+>/g) ?? [];
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
