import { type Concept, tokenOf } from '../../src/concept.ts';
import { raise } from '../../src/result.ts';
import type { Studio } from '../../src/studio/studio.ts';
import type { Completer, Server, User } from '../command.ts';
import { code, note, type RichText, strong, text } from './rich-text.ts';

interface Where {
  readonly server: Server;
  readonly studio: Studio;
}

/**
 * The concept that a person means by `<new3>`, `new3`, `3` or its label. Raises 'unknown-token' naming those there are, or
 * 'storage-corrupt' where its record cannot be read.
 */
export async function findConcept({ server, studio }: Where, named: string): Promise<Concept> {
  const concepts = await studio.concepts(server.id);
  const wanted = named.trim().toLowerCase();
  const token = tokenNamed(named);
  const found =
    concepts.find((concept) => concept.token === token) ??
    concepts.find((concept) => concept.label.toLowerCase() === wanted);
  if (found) return found;
  if (token !== undefined && (await studio.damaged(server.id)).includes(token)) {
    raise(
      'storage-corrupt',
      `The record of ${token} is damaged: put the data folder back from a backup, or have an administrator /forget ${token}.`,
    );
  }
  const known = concepts.slice(-10).map(({ token, classWord }) => `${token} ${classWord}`);
  const sentence =
    known.length === 0 ? 'Nothing has been taught here yet.' : `There are ${known.join(', ')}.`;
  return raise('unknown-token', `I know no concept by that name. ${sentence}`);
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
export async function findForgettable(where: Where, named: string, user: User): Promise<Forgettable> {
  const token = tokenNamed(named);
  if (token !== undefined && (await where.studio.damaged(where.server.id)).includes(token)) {
    if (user.role === 'administrator')
      return { token, name: text`${strong(token)}, whose record is damaged,` };
    raise('not-allowed', `The record of ${token} is damaged, so that only an administrator may forget it.`);
  }
  const concept = await findConcept(where, named);
  requireOwner(concept, user);
  return { token: concept.token, name: conceptName(concept) };
}

function tokenNamed(named: string): string | undefined {
  const number = /^<?(?:new)?(\d{1,9})>?$/i.exec(named.trim())?.[1];
  return number === undefined ? undefined : tokenOf(Number(number));
}

/** Raises 'not-allowed' unless the user taught the concept or is an administrator. */
export function requireOwner(concept: Concept, user: User): void {
  if (concept.taughtBy === user.id || user.role === 'administrator') return;
  raise(
    'not-allowed',
    `${concept.token} was taught by someone else; only they or an administrator may do that.`,
  );
}

/** `<new3> hat “Grandpa's hat”` */
export function conceptName({ token, classWord, label }: Concept): RichText {
  const named = label !== '' && label.toLowerCase() !== classWord.toLowerCase();
  return named ? text`${strong(token)} ${classWord} “${label}”` : text`${strong(token)} ${classWord}`;
}

/** What the teach measured, in one line. */
export function numbersLine({ numbers, method = 'cns' }: Concept): RichText {
  const { neurons, share, seconds, lossFirst, lossLast } = numbers;
  const percent = (share * 100).toLocaleString('en-US', { maximumSignificantDigits: 2 });
  const losses = `loss ${lossFirst.toFixed(3)} → ${lossLast.toFixed(3)}`;
  const parts = [
    `${neurons.toLocaleString('en-US')} ${method === 'cns' ? 'neurons' : `numbers trained by ${method}`}`,
    `${percent} % of U-Net and text encoder`,
    `${seconds.toFixed(0)} s`,
    losses,
  ];
  return [note(parts.join(' · '))];
}

/** A prompt that shows the concept, as its kind is used. */
export function samplePrompt({ token, classWord, kind }: Concept): string {
  if (kind === 'style') return `a dog in ${token} style`;
  return kind === 'scene' ? `a dog in ${token} ${classWord}` : `a ${token} ${classWord} in the park`;
}

export function sampleCommand(concept: Concept): RichText {
  return text`${code(`/imagine ${samplePrompt(concept)}`)}`;
}

/** Tokens by number, class word or label. */
export const completeToken: Completer = async ({ server, studio }, typed) => {
  const start = typed.trim().toLowerCase();
  const concepts = await studio.concepts(server.id);
  return concepts.filter((concept) => matches(concept, start)).map(suggestion);
};

/** The prompt so far with its last word made a concept: `a do` gives `a <new1> dog`. */
export const completePrompt: Completer = async ({ server, studio }, typed) => {
  const [, before = '', last = ''] = /^(.*?)(\S*)$/s.exec(typed) ?? [];
  if (last === '') return [];
  const concepts = await studio.concepts(server.id);
  return concepts
    .filter((concept) => matches(concept, last.toLowerCase()))
    .map((concept) => ({ value: before + phrase(concept), label: suggestion(concept).label }));
};

function matches({ token, classWord, label }: Concept, start: string): boolean {
  const names = [token, token.slice(1), token.slice(4), classWord, ...label.split(/\s+/)];
  return names.some((name) => name.toLowerCase().startsWith(start));
}

function suggestion({ token, classWord, label, kind }: Concept) {
  return {
    value: token,
    label:
      label === '' || label === classWord ? `${classWord} · ${kind}` : `${label} · ${classWord} · ${kind}`,
  };
}

function phrase({ token, classWord, kind }: Concept): string {
  return kind === 'style' ? `${token} style` : `${token} ${classWord}`;
}
