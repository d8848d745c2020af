import type { Attachment, AttachmentOption, Command } from '../commands/command.ts';
import type { NamedId } from '../src/studio/rules/settings.ts';
import type { AttachmentLink } from './attachments.ts';

/** A role or a channel is told with its name. */
export type GivenValue = string | number | boolean | NamedId;

/** What came with a command: values by the names of the options, and links to files. */
export interface Given<Link = AttachmentLink> {
  readonly values: Readonly<Record<string, GivenValue>>;
  readonly files: readonly Link[];
}

/** Stands for files that are to come, to find out whether anything else is wrong. */
export const toCome: Attachment = {
  name: '',
  bytes: () => Promise.reject(new Error('a file was asked for that is not there yet')),
};

/** The options as commands take them. */
export function rawOptions<Link>(
  command: Command,
  { values, files }: Given<Link>,
  fetchable: (link: Link) => Attachment,
): Readonly<Record<string, unknown>> {
  const declared = attachmentOption(command);
  return declared ? { ...values, [declared.name]: files.map(fetchable) } : values;
}

/** The option of a command that takes files, if any. */
export function attachmentOption(
  command: Command,
): { readonly name: string; readonly option: AttachmentOption } | undefined {
  for (const [name, option] of Object.entries(command.options)) {
    if (option.type === 'attachment') return { name, option };
  }
  return undefined;
}
