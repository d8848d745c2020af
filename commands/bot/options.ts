import { attempt, type Result, raise } from '../../src/result.ts';
import { type NamedId, namedSchema } from '../../src/studio/rules/settings.ts';
import type {
  Attachment,
  AttachmentOption,
  Command,
  NamedOption,
  NumberOption,
  Option,
  OptionTable,
  OptionValues,
  Server,
  StringOption,
} from '../command.ts';
import type { Messages } from '../locales/index.ts';
import { optionDescription, optionName } from '../locales/said-of.ts';
import { exampleLine, type Sender } from './line.ts';
import { shortened } from './quoted.ts';

/** What a platform hands over: typed values, or text where commands are typed; attachments as a list. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** Whether the option can be given on the server's platform. */
export function isOffered(option: Option, { offers = [] }: Server): boolean {
  return !isNamed(option) || offers.includes(option.type);
}

/** Whether its values are things that the platform names: roles, channels and members. */
export function isNamed(option: Option): option is NamedOption {
  return option.type === 'role' || option.type === 'channel' || option.type === 'user';
}

/** An option that is being read, and how it is talked about. */
interface Asked {
  readonly command: Command;
  readonly option: string;
  readonly words: Messages;
  readonly sender: Sender;
  /** What the person calls the option and the command. */
  readonly name: string;
  readonly commandName: string;
}

/** The options of a command, checked once and here. Each problem is an 'invalid-option' that tells the sender what would do. */
export function parseOptions(
  command: Command,
  raw: RawOptions,
  sender: Sender,
): Promise<Result<OptionValues<OptionTable>>> {
  const { words } = sender;
  return attempt(() => {
    for (const name of Object.keys(raw)) {
      if (!Object.hasOwn(command.options, name)) refuse(unknownOption(command, name, words));
    }
    const commandName = words.command(command.name);
    const values = Object.entries(command.options).map(([option, declared]) => {
      const name = optionName(words, command.name, option);
      return [option, parse({ command, option, words, sender, name, commandName }, declared, raw[option])];
    });
    return Object.fromEntries(values);
  });
}

function parse(asked: Asked, declared: Option, raw: unknown): unknown {
  const { command, option, words, sender, name, commandName } = asked;
  if (declared.type === 'attachment') return parseAttachments(asked, declared, raw);
  const given = typeof raw === 'string' ? raw.trim() : raw;
  if (given === undefined || given === null || given === '') {
    if (!declared.required) return undefined;
    const description = optionDescription(words, command, option);
    return refuse(words.options.missing(commandName, name, description, exampleLine(sender, command)));
  }
  if (declared.type === 'string') return parseString(asked, declared, given);
  if (declared.type === 'boolean') return parseBoolean(asked, given);
  return isNamed(declared) ? parseNamed(asked, given) : parseNumber(asked, declared, given);
}

function parseString(
  { command, option, words, name }: Asked,
  { choices, maxLength }: StringOption,
  given: unknown,
): string {
  const value = String(given);
  if (choices) {
    const called = words.commands[command.name]?.options[option]?.choices ?? {};
    const choice = choices.find((one) => one.toLowerCase() === value.toLowerCase() || called[one] === value);
    return choice ?? refuse(words.options.notAChoice(name, choices, shortened(value)));
  }
  const length = [...value].length;
  if (length <= maxLength) return value;
  return refuse(words.options.tooLong(name, words.number(length), words.number(maxLength)));
}

function parseNumber({ words, name }: Asked, option: NumberOption, given: unknown): number {
  const value = typeof given === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)$/.test(given) ? Number(given) : given;
  const whole = option.type === 'integer';
  const fits =
    typeof value === 'number' &&
    (whole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    value >= option.minimum &&
    value <= option.maximum;
  if (fits) return value;
  const [least, most] = [words.number(option.minimum), words.number(option.maximum)];
  return refuse(words.options.notANumber(name, whole, least, most, shortened(String(given))));
}

function parseBoolean({ words, name }: Asked, given: unknown): boolean {
  const word = String(given).toLowerCase();
  if (['true', 'yes', 'on'].includes(word)) return true;
  if (['false', 'no', 'off'].includes(word)) return false;
  return refuse(words.options.notYesOrNo(name, shortened(String(given))));
}

/** Chosen, never typed: only the platform knows which one a name means. */
function parseNamed({ words, name }: Asked, given: unknown): NamedId {
  const named = namedSchema.safeParse(given);
  return named.success ? named.data : refuse(words.options.notChosen(name));
}

function parseAttachments(
  { words, name, commandName }: Asked,
  { minimum, maximum }: AttachmentOption,
  raw: unknown,
): readonly Attachment[] {
  const given = Array.isArray(raw) ? (raw as Attachment[]) : [];
  if (given.length < minimum)
    return refuse(words.options.fewFiles(commandName, minimum, maximum, name, given.length));
  if (given.length <= maximum) return given;
  return refuse(words.options.manyFiles(commandName, minimum, maximum, name, given.length));
}

function unknownOption(command: Command, name: string, words: Messages): string {
  const known = Object.keys(command.options);
  const commandName = words.command(command.name);
  if (known.length === 0) return words.options.noOptions(commandName);
  const names = known.map((option) => optionName(words, command.name, option));
  return words.options.unknown(commandName, shortened(name), names);
}

function refuse(sentence: string): never {
  return raise('invalid-option', sentence);
}
