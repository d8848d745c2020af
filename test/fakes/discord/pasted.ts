import type { World } from './world.ts';

/** A slash command as it was pasted. */
export interface Pasted {
  readonly command: string;
  readonly values: Readonly<Record<string, string | number>>;
}

interface Named {
  readonly name: string;
  readonly name_localizations?: Readonly<Record<string, string>> | null;
}
interface Registered extends Named {
  readonly options?: readonly (Named & { readonly type: number })[];
}

const numberTypes = [4, 10];

/**
 * Reads a pasted line as a client in that language does: everything in it belongs to the option whose name stands before it.
 * Throws where the client would take it for a message.
 */
export function readPasted({ commands }: World, locale: string, line: string): Pasted {
  const calledThere = ({ name, name_localizations }: Named) => name_localizations?.[locale] ?? name;
  const [, slash = '', rest = ''] = /^\/(\S+)\s*(.*)$/s.exec(line) ?? [];
  const command = (commands as unknown as readonly Registered[]).find((one) => calledThere(one) === slash);
  if (!command) throw new Error(`a client in ${locale} knows no /${slash}`);
  const options = command.options ?? [];
  const names = options.map((option) => `${calledThere(option)}:`).join('|');
  const [before, ...parts] = rest.split(new RegExp(`(?:^| )(${names})`));
  if (before !== '') throw new Error(`no option is named before ${before}`);
  const values: Record<string, string | number> = {};
  for (let index = 0; index < parts.length; index += 2) {
    const option = options.find((one) => `${calledThere(one)}:` === parts[index])!;
    const value = parts[index + 1]!;
    values[option.name] = numberTypes.includes(option.type) ? Number(value) : value;
  }
  return { command: command.name, values };
}
