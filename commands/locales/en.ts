import type { Problem } from '../../src/result.ts';
import { code, lines, link, type RichText, strong, text } from '../bot/rich-text.ts';
import type { Role } from '../bot/role.ts';
import type { CommandWords } from './command-words.ts';
import { privacy } from './en/privacy.ts';
import { settings } from './en/settings.ts';

const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
const pictureCount = (count: number) => (count === 1 ? 'one picture' : `${count} pictures`);
const several = (name: string, most: number) => (most === 1 || name.endsWith('s') ? name : `${name}s`);
const lowerFirst = (sentence: string) =>
  sentence.charAt(0).toLowerCase() + sentence.slice(1) + (/[.!?]$/.test(sentence) ? '' : '.');

/** All that commands say, in English: what there is to translate, and with which values. */
export const en = {
  /** Words of the commands themselves; in English those are in their files. */
  commands: {} as Readonly<Record<string, CommandWords>>,
  /** What the core says, which it says in English: a sentence as it is said in this language where it is known. */
  sentence: (english: string): string => english,
  /** What a problem says, of the core's or already in this language: never in another one alone. */
  problem: ({ message }: Problem): string => message,
  command: (name: string): string => `/${name}`,
  number: (value: number): string => value.toLocaleString('en-US'),
  kinds: { subject: 'subject', style: 'style', scene: 'scene' },

  bot: {
    tooMany: (most: number) =>
      `You have ${most} things under way here. Wait for one to end, or stop them with /cancel.`,
    stopping: 'I am being stopped and take nothing new. Send the command again in a minute.',
    noSuchCommand: 'That command is no longer there. Try /help for those that are.',
    forRole: (command: string, role: Role, who = `${role}s of this server`) =>
      `${command} is for ${who}. Ask one of them.`,
    foreignButton: 'That button is not one of mine any more. Send the command again.',
    deadButton: 'That button no longer does anything. Send the command again.',
    wrong: 'Something went wrong on my side.',
    interrupted: 'I was stopped before this was done. Send the command again.',
    stoppedTooOften: (times: number) =>
      `I was stopped ${times} times in the middle of this, and do not try it again. Nothing taught was lost.`,
    wrongTryAgain: 'Something went wrong on my side. Try again in a moment.',
    notYours: {
      anyone: '',
      requester: 'Only the person who asked for this may do that, or an administrator.',
      moderator: 'Only the person who asked for this may do that, or a moderator.',
      administrator: 'Only administrators may do that.',
    },
    cancel: 'Cancel',
  },

  options: {
    missing: (command: string, option: string, description: string, example: string) =>
      `${command} needs a ${option}: ${lowerFirst(description)} For example: ${example}`,
    notAChoice: (option: string, choices: readonly string[], given: string) =>
      `${option} is one of ${listed(choices)}, not “${given}”.`,
    tooLong: (option: string, length: string, most: string) =>
      `The ${option} is ${length} characters long; at most ${most} are taken. Say it more briefly.`,
    notANumber: (option: string, whole: boolean, least: string, most: string, given: string) =>
      `${option} is a ${whole ? 'whole number' : 'number'} from ${least} to ${most}, not “${given}”.`,
    notChosen: (option: string) =>
      `${option} cannot be typed: choose it where the platform offers it, and leave it out here.`,
    notYesOrNo: (option: string, given: string) => `${option} is yes or no, not “${given}”.`,
    fewFiles: (command: string, least: number, most: number, files: string, given: number) => {
      const range = least === most ? `${least}` : `${least} to ${most}`;
      const came = given === 0 ? 'none came with it' : `${given} came with it`;
      return `${command} needs ${range} ${several(files, most)}, and ${came}. Add them to the message and send it again.`;
    },
    manyFiles: (command: string, least: number, most: number, files: string, given: number) => {
      if (most === 0) return `${command} takes no ${files}. Send it without them.`;
      const range = least === most ? `${least}` : `${least} to ${most}`;
      return `${command} takes ${range} ${several(files, most)}, and ${given} came with it. Choose the best ${most}.`;
    },
    noOptions: (command: string) => `${command} takes no options.`,
    unknown: (command: string, option: string, known: readonly string[]) =>
      `${command} has no option “${option}”. It takes ${listed(known)}.`,
  },

  progress: {
    phases: {
      fetching: 'Fetching what was sent',
      waiting: 'Waiting for its turn',
      restarting: 'The drawing engine stopped; it starts again and goes on',
      framing: 'Looking for it in the pictures',
      captioning: 'Describing the pictures',
      loading: 'Getting the model ready',
      recalling: 'Drawing what it knows of the class',
      selecting: 'Choosing the neurons',
      training: 'Learning',
      drawing: 'Drawing',
      packing: 'Packing',
      checking: 'Looking through the file',
    },
    ahead: (count: number) => ` (${count} before it)`,
    step: (step: number, steps: number) => `step ${step} of ${steps}`,
    loss: (loss: string) => `loss ${loss}`,
    left: (duration: string) => `${duration} left`,
    duration: (minutes: number, seconds: number) =>
      [...(minutes > 0 ? [`${minutes} min`] : []), ...(seconds > 0 ? [`${seconds} s`] : [])].join(' '),
  },

  concepts: {
    name: (token: string, classWord: string, label?: string): RichText =>
      label === undefined
        ? text`${strong(token)} ${classWord}`
        : text`${strong(token)} ${classWord} “${label}”`,
    damagedName: (token: string): RichText => text`${strong(token)}, whose record is damaged,`,
    damaged: (token: string) =>
      `The record of ${token} is damaged: put the data folder back from a backup, or have an administrator /forget ${token}.`,
    damagedNotYours: (token: string) =>
      `The record of ${token} is damaged, so that only an administrator may forget it.`,
    unknown: (known: readonly string[]) =>
      `I know no concept by that name. ${known.length === 0 ? 'Nothing has been taught here yet.' : `Taught here: ${known.join(', ')}.`}`,
    forgotten: (token: string) =>
      `${token} has been forgotten since then, so that button no longer does anything.`,
    notYours: (token: string) =>
      `${token} was taught by someone else; only they or an administrator may do that.`,
    neurons: (count: string) => `${count} neurons`,
    numbersOf: (count: string, method: string) => `${count} numbers trained by ${method}`,
    share: (percent: string) => `${percent} % of U-Net and text encoder`,
    seconds: (seconds: string) => `${seconds} s`,
    losses: (first: string, last: string) => `loss ${first} → ${last}`,
    sayWhich: (line: string) => `Say which concept: ${line}`,
    sayNewName: (line: string) => `Say its new name too: ${line}`,
    renamed: (name: RichText): RichText => text`It is now ${name}.`,
    none: (line = '/teach dog'): RichText =>
      text`Nothing has been taught here yet. Send one to six pictures with ${code(line)} to begin.`,
    list: (count: number, page: number, pages: number): RichText =>
      text`${count} ${count === 1 ? 'concept' : 'concepts'} taught here${pages > 1 ? `, page ${page} of ${pages}` : ''}:`,
    entry: (name: RichText, kind: string, date: string): RichText => text`${name} · ${kind} · taught ${date}`,
    shown: (name: RichText, kind: string, date: string, pictures: number): RichText =>
      text`${name} · ${kind} · taught ${date} from ${pictureCount(pictures)}`,
    shownBroughtIn: (name: RichText, kind: string, date: string): RichText =>
      text`${name} · ${kind} · brought in ${date} from a file`,
    damagedRecords: (tokens: readonly string[]) => `Their records are damaged: ${tokens.join(', ')}.`,
    earlier: 'Earlier',
    later: 'Later',
    tryIt: (command: RichText): RichText => text`Try ${command}`,
    drawnOf: (what: string) => `Pictures I drew of ${what}`,
    export: 'Export',
    exported: (name: RichText): RichText =>
      text`${name} as a safetensors file: its embedding, its neurons and their weights. With ${code('format:')} I make it one for other programs.`,
    exporting: (name: RichText, format: string): RichText =>
      text`Making ${name} a file in the format ${format}`,
    exportedAs: (name: RichText, format: string): RichText => text`${name} in the format ${format}.`,
    exportedUnsent: (server: string, token: string, format: string): RichText =>
      text`The files are made, but could not be sent here. Whoever runs me can make them on that machine: ${code(`npm run data -- concept ${server} "${token}" ${format} FOLDER`)}.`,
  },

  teach: {
    learning: (what: string, pictures: number): RichText =>
      text`Learning ${strong(what)} from ${pictureCount(pictures)}`,
    learnt: (name: RichText, sample: RichText): RichText => text`I learnt ${name}. Try ${sample}`,
    keptUnseen: (name: RichText): RichText =>
      text`I learnt ${name} and keep it; its pictures could not be shown.`,
    imagineIt: 'Imagine it',
    sendIt: (command: RichText): RichText => text`Send ${command}, or change its words first.`,
  },

  imagine: {
    drawing: (prompt: string): RichText => text`Drawing ${strong(prompt)}`,
    settings: (model: string, seed: number, steps: number, guidance: number, seconds: string) =>
      `${model} · seed ${seed} · ${steps} steps · guidance ${guidance} · ${seconds} s`,
    alt: (prompt: string, count: number) =>
      `${count > 1 ? `${count} pictures of` : 'A picture of'} ${prompt}`,
    singleAlt: (prompt: string, number: number, count: number) =>
      `Picture ${number} of ${count} of ${prompt}`,
    singles: (prompt: string, seed: number): RichText =>
      text`The single pictures of ${strong(prompt)}, seed ${seed}:`,
    seedLine: (line: string): RichText => text`This line draws it again; change what you like: ${code(line)}`,
    buttons: {
      again: 'Again',
      vary: 'Vary',
      singles: 'Single pictures',
      seed: 'Use the seed',
      delete: 'Delete',
    },
    again: (picture: string | undefined): RichText =>
      text`Another seed for ${link('an earlier picture', picture)}.`,
    sibling: (picture: string | undefined): RichText =>
      text`A sibling of ${link('an earlier picture', picture)}.`,
    unknownJob: 'I no longer know how this picture was made. Send the command again.',
    forgotten: (tokens: readonly string[]) =>
      `${tokens.join(' and ')} ${tokens.length === 1 ? 'has' : 'have'} been forgotten since this picture was made, so I cannot draw it any more.`,
  },

  forget: {
    ask: (name: RichText): RichText =>
      text`Forget ${name}? Prompts can no longer use it, and this cannot be undone.`,
    forget: (token: string) => `Forget ${token}`,
    keep: 'Keep it',
    forgotten: (name: RichText): RichText => text`${name} is forgotten. Everything else is as it was.`,
    stays: (name: RichText): RichText => text`${name} stays.`,
  },

  data: {
    exporting: (): RichText => text`Packing all that was taught here`,
    exported: (concepts: number): RichText =>
      text`${concepts === 1 ? 'One concept' : `${concepts} concepts`} with weights and samples, and the settings of this server. Whoever has the file has all of them. Bring it in elsewhere with ${code('/import')}, where I run with the same base model.`,
    exportedUnsent: (server: string): RichText =>
      text`The file is made, but could not be sent here. Whoever runs me can make it on that machine: ${code(`npm run data -- export ${server} FILE`)}.`,
    importing: (): RichText => text`Bringing in what was taught elsewhere`,
    importedConcept: (name: RichText, sample: RichText): RichText =>
      text`${name} is known now. Try ${sample}`,
    importedUnseen: (name: RichText): RichText =>
      text`${name} is known now; its pictures could not be shown.`,
    imported: (concepts: number, settings: boolean): RichText =>
      text`I know ${concepts === 1 ? 'one concept' : `${concepts} concepts`} more, by the same tokens as before${settings ? ', and the settings came along' : ''}.`,
    andMore: (count: number): RichText => text`and ${count} more`,
  },

  privacy,

  cancel: {
    nothing: 'You have nothing under way here.',
    stopping: (commands: readonly string[]): RichText => text`Stopping ${commands.join(' and ')}.`,
    over: 'That is no longer under way.',
  },

  queue: {
    empty: (): RichText => text`Nothing is under way here.`,
    counted: (kind: 'teach' | 'imagine', running: number, waiting: number): RichText =>
      text`${strong(kind === 'teach' ? 'Lessons' : 'Drawings')} ${running} under way, ${waiting} waiting`,
    own: (number: number, command: string, what: string, place: string): RichText =>
      text`${number}. ${command} ${strong(what)} · ${place}`,
    running: 'under way',
    waiting: (ahead: number) => `waiting, ${ahead} before it`,
    left: (duration: string) => `done in about ${duration}`,
    allowance: (lessons: string, mostLessons: string, pictures: string, mostPictures: string): string =>
      `Left for you: ${lessons} of ${mostLessons} lessons in 24 hours, ${pictures} of ${mostPictures} pictures in an hour.`,
    stop: (number: number) => `Stop ${number}`,
  },

  settings,

  help: {
    unknown: (commands: readonly string[]) => `There is no such command. Try ${commands.join(', ')}.`,
    overview: (commands: readonly RichText[], example: string): RichText =>
      lines(
        text`Teach me things with a few pictures each, then put them together in a prompt. I forget nothing unless you ask.\n`,
        ...commands,
        text`\nFor example ${code(example)}`,
      ),
    example: (line: string): RichText => text`\nFor example ${code(line)}`,
    range: (least: string, most: string) => ` (${least} to ${most})`,
    needed: ' (needed)',
  },
};

/** A table of messages: what every language has. */
export type Messages = typeof en;
