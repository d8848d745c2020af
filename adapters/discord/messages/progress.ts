import { type ProgressView, progressLine } from '../../../commands/bot/progress.ts';
import { encodePreview } from '../../../src/pictures/encode.ts';
import type { DiscordMessages } from '../locales/index.ts';
import type { OutgoingMessage } from './courier.ts';
import { attachmentsOf, buttonRows } from './messages.ts';
import { literal, render } from './render.ts';

const previewName = 'preview.jpg';
const hour = 3_600_000;

/** Milliseconds between two edits of one message where nothing else is under way. */
export const calmPace = 4000;

/**
 * Milliseconds to wait between two edits of a message that is `age` milliseconds old, `jobs` of them being edited: all
 * together stay at ten edits a second, a fifth of what Discord takes, and messages older than an hour take few.
 */
export function paceOf(jobs: number, age: number, least: number = calmPace): number {
  return Math.max(least, jobs * 100, age > hour ? 60_000 : 0);
}

/** How far a job is, with the button that stops it. A preview stays until the next one takes its place. */
export async function progressMessage(view: ProgressView, words: DiscordMessages): Promise<OutgoingMessage> {
  const body = {
    content: `${render(view.title)}\n${literal(progressLine(view))}`,
    allowed_mentions: { parse: [] },
    components: buttonRows([view.cancel]),
  };
  if (!view.preview) return { body, files: [] };
  const data = Buffer.from(await encodePreview(view.preview));
  const attachments = attachmentsOf([{ name: previewName, alt: words.preview }]);
  const files = [{ name: previewName, data, contentType: 'image/jpeg' }];
  return { body: { ...body, attachments }, files };
}
