import { invalid, refuse } from '../answer.ts';
import type { WireFile } from '../wire.ts';

interface Row {
  readonly type: number;
  readonly components: readonly {
    readonly custom_id?: string;
    readonly label?: string;
    readonly style: number;
  }[];
}

interface ListedAttachment {
  readonly id: string | number;
  readonly description?: string;
}

/** The limits of a message. Refuses as Discord does. */
export function checkMessage(
  body: Record<string, unknown>,
  files: readonly WireFile[],
  attachmentLimit: number,
): void {
  const content = body.content;
  if (content !== undefined && (typeof content !== 'string' || content.length > 2000)) invalid('content');
  checkRows((body.components ?? []) as readonly Row[]);
  const listed = (body.attachments ?? []) as readonly ListedAttachment[];
  if (listed.some(({ description }) => description !== undefined && description.length > 1024))
    invalid('attachments');
  const named = files.every(({ field }) =>
    listed.some(({ id }) => `files[${id}]` === field || body.attachments === undefined),
  );
  if (files.length > 10 || !named) invalid('files');
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (files.some(({ bytes }) => bytes.length > attachmentLimit) || total > 25 * 2 ** 20) {
    refuse(413, 40005, 'Request entity too large');
  }
}

/** A message that is new has something in it. */
export function checkNewMessage(
  body: Record<string, unknown>,
  files: readonly WireFile[],
  attachmentLimit: number,
): void {
  checkMessage(body, files, attachmentLimit);
  if (!body.content && files.length === 0) refuse(400, 50006, 'Cannot send an empty message');
}

function checkRows(rows: readonly Row[]): void {
  if (rows.length > 5) invalid('components');
  const buttons = rows.flatMap((row) => {
    if (row.type !== 1 || row.components.length === 0 || row.components.length > 5)
      invalid('components of a row');
    return row.components;
  });
  const ids = buttons.map(({ custom_id = '' }) => custom_id);
  if (ids.some((id) => id.length === 0 || id.length > 100)) invalid('custom_id');
  if (new Set(ids).size < ids.length) invalid('custom_id is there twice');
  if (buttons.some(({ label = '' }) => label.length === 0 || label.length > 80)) invalid('label');
  if (buttons.some(({ style }) => ![1, 2, 3, 4].includes(style))) invalid('style');
}
