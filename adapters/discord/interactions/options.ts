import type { Attachment, AttachmentOption, Command } from '../../../commands/command.ts';
import type { NamedId } from '../../../src/studio/rules/settings.ts';
import { attachmentNames } from '../registration/command-json.ts';
import type { AttachmentLink } from './attachments.ts';

/** A role or a channel is told with its name. */
export type GivenValue = string | number | boolean | NamedId;

/** What came with an interaction: values by the names Discord knows the options by, and links to files. */
export interface Given {
  readonly values: Readonly<Record<string, GivenValue>>;
  readonly files: readonly AttachmentLink[];
}

interface GivenOption {
  readonly name: string;
  readonly value?: string | number | boolean;
  readonly attachment?: AttachmentLink & object;
  readonly role?: { readonly id: string; readonly name: string } | null;
  readonly channel?: { readonly id: string; readonly name?: string | null } | null;
}

/** Reads the options of a slash command, its single files in their order. */
export function givenOptions(command: Command, options: readonly GivenOption[]): Given {
  const declared = attachmentOption(command);
  const singles = declared ? attachmentNames(declared.option) : [];
  const files = singles.flatMap((name) => options.find((one) => one.name === name)?.attachment ?? []);
  const values = options.flatMap((option) => {
    const value = singles.includes(option.name) ? undefined : givenValue(option);
    return value === undefined ? [] : [[option.name, value] as const];
  });
  return { values: Object.fromEntries(values), files };
}

function givenValue({ value, role, channel }: GivenOption): GivenValue | undefined {
  const named = role ?? channel;
  return named ? { id: named.id, name: named.name ?? named.id } : value;
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
