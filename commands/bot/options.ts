import { attempt, type Result, raise } from '../../src/result.ts';
import type {
  Attachment,
  AttachmentOption,
  Command,
  NumberOption,
  Option,
  OptionTable,
  OptionValues,
  StringOption,
} from '../command.ts';

/** What a platform hands over: typed values, or text where commands are typed; attachments as a list. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** The options of a command, checked once and here. Each problem is an 'invalid-option' that says what would do. */
export function parseOptions(command: Command, raw: RawOptions): Promise<Result<OptionValues<OptionTable>>> {
  return attempt(() => {
    for (const name of Object.keys(raw)) {
      if (!Object.hasOwn(command.options, name)) refuse(unknownOption(command, name));
    }
    const values = Object.entries(command.options).map(([name, option]) => [
      name,
      parse(command, name, option, raw[name]),
    ]);
    return Object.fromEntries(values);
  });
}

/** A person's words inside a sentence: shortened and in quotation marks. */
export function quoted(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length > 40 ? `“${line.slice(0, 39)}…”` : `“${line}”`;
}

function parse(command: Command, name: string, option: Option, raw: unknown): unknown {
  if (option.type === 'attachment') return parseAttachments(command, name, option, raw);
  const given = typeof raw === 'string' ? raw.trim() : raw;
  if (given === undefined || given === null || given === '') {
    if (!option.required) return undefined;
    return refuse(
      `/${command.name} needs a ${name}: ${lowerFirst(option.description)} For example: ${command.example}`,
    );
  }
  if (option.type === 'string') return parseString(name, option, given);
  return option.type === 'boolean' ? parseBoolean(name, given) : parseNumber(name, option, given);
}

function parseString(name: string, option: StringOption, given: unknown): string {
  const value = String(given);
  if (option.choices) {
    const choice = option.choices.find((one) => one.toLowerCase() === value.toLowerCase());
    return choice ?? refuse(`${name} is one of ${listed(option.choices)}, not ${quoted(value)}.`);
  }
  const length = [...value].length;
  if (length <= option.maxLength) return value;
  return refuse(
    `The ${name} is ${count(length)} characters long; at most ${count(option.maxLength)} are taken. Say it more briefly.`,
  );
}

function parseNumber(name: string, option: NumberOption, given: unknown): number {
  const value = typeof given === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)$/.test(given) ? Number(given) : given;
  const whole = option.type === 'integer';
  const fits =
    typeof value === 'number' &&
    (whole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    value >= option.minimum &&
    value <= option.maximum;
  if (fits) return value;
  const range = `${count(option.minimum)} to ${count(option.maximum)}`;
  return refuse(
    `${name} is a ${whole ? 'whole number' : 'number'} from ${range}, not ${quoted(String(given))}.`,
  );
}

function parseBoolean(name: string, given: unknown): boolean {
  const word = String(given).toLowerCase();
  if (['true', 'yes', 'on'].includes(word)) return true;
  if (['false', 'no', 'off'].includes(word)) return false;
  return refuse(`${name} is yes or no, not ${quoted(String(given))}.`);
}

function parseAttachments(
  command: Command,
  name: string,
  { minimum, maximum }: AttachmentOption,
  raw: unknown,
): readonly Attachment[] {
  const given = Array.isArray(raw) ? (raw as Attachment[]) : [];
  const range = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
  if (given.length < minimum) {
    const came = given.length === 0 ? 'none came with it' : `${given.length} came with it`;
    return refuse(
      `/${command.name} needs ${range} ${name}, and ${came}. Add them to the message and send it again.`,
    );
  }
  if (given.length <= maximum) return given;
  return refuse(
    maximum === 0
      ? `/${command.name} takes no ${name}. Send it without them.`
      : `/${command.name} takes ${range} ${name}, and ${given.length} came with it. Choose the best ${maximum}.`,
  );
}

function unknownOption(command: Command, name: string): string {
  const known = Object.keys(command.options);
  if (known.length === 0) return `/${command.name} takes no options.`;
  return `/${command.name} has no option ${quoted(name)}. It takes ${listed(known)}.`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function lowerFirst(sentence: string): string {
  const end = /[.!?]$/.test(sentence) ? '' : '.';
  return sentence.charAt(0).toLowerCase() + sentence.slice(1) + end;
}

function refuse(sentence: string): never {
  return raise('invalid-option', sentence);
}
