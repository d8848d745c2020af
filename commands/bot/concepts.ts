import { type Concept, type Inventory, tokenOf } from '../../src/concept.ts';
import { firstMethod } from '../../src/method-names.ts';
import { raise } from '../../src/result.ts';
import type { Studio } from '../../src/studio/studio.ts';
import type { Completer, Server, User } from '../command.ts';
import type { Messages } from '../locales/index.ts';
import { imagineLine, type Sender } from './line.ts';
import { code, note, type RichText } from './rich-text.ts';

interface Where {
  readonly server: Server;
  readonly studio: Studio;
  readonly words: Messages;
}

interface Asking extends Where {
  readonly user: User;
}

/**
 * The concept that a person means by `<new3>`, `new3`, `3` or its label. Raises 'unknown-token' naming those there are, or
 * 'storage-corrupt' where its record cannot be read.
 */
export async function findConcept(where: Where, named: string): Promise<Concept> {
  return conceptIn(await inventoryOf(where), named, where.words);
}

/**
 * The concept that a button was made for, which was there then. Raises 'unknown-token' saying that it was forgotten, or
 * 'storage-corrupt' where its record cannot be read.
 */
export async function findTaught(where: Where, token: string): Promise<Concept> {
  const inventory = await inventoryOf(where);
  requireStillTaught(inventory, token, where.words);
  return conceptIn(inventory, token, where.words);
}

/** What may be forgotten, and how it is called. */
export interface Forgettable {
  readonly token: string;
  readonly name: RichText;
}

/**
 * The concept that a person wants forgotten. Raises 'not-allowed' unless it is theirs or they are an administrator; nobody
 * knows whose one is whose record cannot be read, so that one is for administrators.
 */
export async function findForgettable(where: Asking, named: string): Promise<Forgettable> {
  return forgettableIn(await inventoryOf(where), named, where);
}

/** The same for a button, which was made while the concept was there: 'unknown-token' says that it was forgotten since. */
export async function findStillForgettable(where: Asking, token: string): Promise<Forgettable> {
  const inventory = await inventoryOf(where);
  requireStillTaught(inventory, token, where.words);
  return forgettableIn(inventory, token, where);
}

function inventoryOf({ server, studio }: Where): Promise<Inventory> {
  return studio.inventory(server.id);
}

function conceptIn({ concepts, damaged }: Inventory, named: string, words: Messages): Concept {
  const wanted = named.trim().toLowerCase();
  const token = tokenNamed(named);
  const found =
    concepts.find((concept) => concept.token === token) ??
    concepts.find((concept) => concept.label.toLowerCase() === wanted);
  if (found) return found;
  if (token !== undefined && damaged.includes(token)) {
    raise('storage-corrupt', words.concepts.damaged(token));
  }
  const known = concepts.slice(-10).map(({ token, classWord }) => `${token} ${classWord}`);
  return raise('unknown-token', words.concepts.unknown(known));
}

function requireStillTaught({ concepts, damaged }: Inventory, token: string, words: Messages): void {
  if (damaged.includes(token) || concepts.some((concept) => concept.token === token)) return;
  raise('unknown-token', words.concepts.forgotten(token));
}

function forgettableIn(inventory: Inventory, named: string, { user, words }: Asking): Forgettable {
  const token = tokenNamed(named);
  if (token !== undefined && inventory.damaged.includes(token)) {
    if (user.role === 'administrator') return { token, name: words.concepts.damagedName(token) };
    raise('not-allowed', words.concepts.damagedNotYours(token));
  }
  const concept = conceptIn(inventory, named, words);
  requireOwner(concept, user, words);
  return { token: concept.token, name: conceptName(concept, words) };
}

function tokenNamed(named: string): string | undefined {
  const number = /^<?(?:new)?(\d{1,9})>?$/i.exec(named.trim())?.[1];
  return number === undefined ? undefined : tokenOf(Number(number));
}

/** Raises 'not-allowed' unless the user taught the concept or is an administrator. */
export function requireOwner(concept: Concept, user: User, words: Messages): void {
  if (concept.taughtBy === user.id || user.role === 'administrator') return;
  raise('not-allowed', words.concepts.notYours(concept.token));
}

/** `<new3> hat “Grandpa's hat”` */
export function conceptName({ token, classWord, label }: Concept, words: Messages): RichText {
  const named = label !== '' && label.toLowerCase() !== classWord.toLowerCase();
  return named ? words.concepts.name(token, classWord, label) : words.concepts.name(token, classWord);
}

/** What the teach measured, in one line. */
export function numbersLine(
  { numbers, broughtIn, method = firstMethod }: Concept,
  words: Messages,
): RichText {
  const { neurons, share, seconds, lossFirst, lossLast } = numbers;
  const percent = (share * 100).toLocaleString('en-US', { maximumSignificantDigits: 2 });
  const count = words.number(neurons);
  const had = [
    method === 'cns' ? words.concepts.neurons(count) : words.concepts.numbersOf(count, method),
    words.concepts.share(percent),
  ];
  const took = [
    words.concepts.seconds(seconds.toFixed(0)),
    words.concepts.losses(lossFirst.toFixed(3), lossLast.toFixed(3)),
  ];
  return [note([...had, ...(broughtIn ? [] : took)].join(' · '))];
}

/** A prompt that shows the concept, as its kind is used. */
export function samplePrompt({ token, classWord, kind }: Concept): string {
  if (kind === 'style') return `a dog in ${token} style`;
  return kind === 'scene' ? `a dog in ${token} ${classWord}` : `a ${token} ${classWord} in the park`;
}

/** A command line that draws the concept, to be copied, as the sender calls commands. */
export function sampleCommand(concept: Concept, sender: Sender): RichText {
  return [code(imagineLine(sender, samplePrompt(concept)))];
}

/** Tokens by number, class word or label. */
export const completeToken: Completer = async ({ server, studio, words }, typed) => {
  const start = typed.trim().toLowerCase();
  const concepts = await studio.concepts(server.id);
  return concepts
    .filter((concept) => matches(concept, start))
    .map((concept) => ({ value: concept.token, label: labelOf(concept, words) }));
};

/** The word at the caret made a concept: `a do| in the park` gives `a <new1> dog in the park`. */
export const completePrompt: Completer = async ({ server, studio, words }, typed, caret) => {
  const range = wordAt(typed, caret);
  const word = typed.slice(range.start, Math.min(caret, range.end)).toLowerCase();
  if (word === '') return [];
  const concepts = await studio.concepts(server.id);
  return concepts
    .filter((concept) => matches(concept, word))
    .map((concept) => ({ value: phrase(concept), label: labelOf(concept, words), range }));
};

/** From the last space before the caret to the caret, or to the end of a word that has begun with `<`. */
function wordAt(typed: string, caret: number): { readonly start: number; readonly end: number } {
  const start = typed.slice(0, caret).search(/\S*$/);
  const rest = /^[^\s<>]*>?/.exec(typed.slice(caret))?.[0] ?? '';
  return { start, end: caret + rest.length };
}

/** Whether what was typed, with or without its `<`, begins the token, its number, or a word of the class or the label. */
function matches({ token, classWord, label }: Concept, typed: string): boolean {
  const starts = [typed, typed.replace(/^</, '')];
  const words = [...classWord.split(/\s+/), ...label.split(/\s+/)];
  const names = [token, token.slice(1), token.slice(4), classWord, label, ...words];
  return names.some((name) => starts.some((start) => name.toLowerCase().startsWith(start)));
}

function labelOf({ classWord, label, kind }: Concept, words: Messages): string {
  const named = label === '' || label === classWord ? [] : [label];
  return [...named, classWord, words.kinds[kind]].join(' · ');
}

function phrase({ token, classWord, kind }: Concept): string {
  return kind === 'style' ? `${token} style` : `${token} ${classWord}`;
}
