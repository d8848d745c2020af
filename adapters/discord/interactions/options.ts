import type { Command } from '../../../commands/command.ts';
import type { AttachmentLink } from '../../attachments.ts';
import { attachmentOption, type Given, type GivenValue } from '../../given.ts';
import { attachmentNames } from '../registration/command-json.ts';

interface GivenOption {
  readonly name: string;
  readonly value?: string | number | boolean;
  readonly attachment?: AttachmentLink & object;
  readonly role?: { readonly id: string; readonly name: string } | null;
  readonly user?: { readonly id: string; readonly displayName: string } | null;
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

function givenValue({ value, role, channel, user }: GivenOption): GivenValue | undefined {
  if (user) return { id: user.id, name: user.displayName };
  const named = role ?? channel;
  return named ? { id: named.id, name: named.name ?? named.id } : value;
}
