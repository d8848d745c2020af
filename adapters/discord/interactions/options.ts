import type { Attachment, AttachmentOption, Command } from '../../../commands/command.ts';
import { attachmentNames } from '../registration/command-json.ts';
import type { AttachmentLink } from './attachments.ts';

/** What came with an interaction: values by the names Discord knows the options by, and links to files. */
export interface Given {
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly files: readonly AttachmentLink[];
}

interface GivenOption {
  readonly name: string;
  readonly value?: string | number | boolean;
  readonly attachment?: AttachmentLink & object;
}

/** Reads the options of a slash command, its single files in their order. */
export function givenOptions(command: Command, options: readonly GivenOption[]): Given {
  const declared = attachmentOption(command);
  const singles = declared ? attachmentNames(declared.option) : [];
  const files = singles.flatMap((name) => options.find((one) => one.name === name)?.attachment ?? []);
  const values = options.flatMap(({ name, value }) =>
    value === undefined || singles.includes(name) ? [] : [[name, value] as const],
  );
  return { values: Object.fromEntries(values), files };
}

/** The options as commands take them. */
export function rawOptions(
  command: Command,
  { values, files }: Given,
  fetchable: (link: AttachmentLink) => Attachment,
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
