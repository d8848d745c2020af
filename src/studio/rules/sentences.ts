import type { NamedId } from './settings.ts';
import type { Counted, Overdrawn } from './usage.ts';

/** What is said where a server's settings refuse something: what to do, and when it will work again. */

export const damagedSettings =
  'The settings of this server are damaged, so nothing is taught or drawn here. An administrator can put them right with /settings.';

export const namesOfAnother =
  'The roles and channels that the settings named are those of another server, and were left out: name those of this one with /settings.';

export const beingTaught = 'Something is being taught here. Wait until it has ended, or /cancel it.';

export const blockedMember =
  'An administrator of this server has decided that you may not use me here. Ask one of them.';

export function elsewhere(channels: readonly NamedId[]): string {
  const names = channels.map(({ name }) => `#${name}`).join(', ');
  return `On this server I may be used in ${names} only: go there, or ask an administrator.`;
}

export function noTeacher(roles: readonly NamedId[]): string {
  const names = roles.map(({ name }) => `@${name}`).join(', ');
  return roles.length === 0
    ? 'On this server only administrators may teach. Ask one of them.'
    : `On this server only members with a role of these may teach: ${names}. Ask an administrator for one.`;
}

export function refusedWord(word: string): string {
  return `This server does not allow the word “${word}”. Say it without.`;
}

export function unknownMethod(method: string): string {
  return `This server is set to be taught by ${method}, which this version has not. An administrator can choose another method with /settings.`;
}

export function tooManyConcepts(count: number, most: number): string {
  const knows = count === 1 ? '1 concept' : `${count} concepts`;
  return `This server has ${knows}, those being learnt included, and may have ${most}. /forget one first, or have an administrator allow more with /settings.`;
}

export function tooManyImported(count: number, most: number): string {
  const has = count === 1 ? '1 concept' : `${count} concepts`;
  return `The file has ${has}, and this server may have ${most}. Allow more with /settings first.`;
}

/** @param more bytes that were to be added */
export function tooManyBytes(kept: number, more: number, most: number): string {
  const sizes = [kept, more, most].map((bytes) => `${Math.ceil(bytes / 1e6)} MB`);
  return `What this server was taught takes ${sizes[0]}; with ${sizes[1]} more it would take more than the ${sizes[2]} that it may. /forget something first, or ask whoever runs the bot to allow more.`;
}

/** @param most bytes that a file may have to be imported again */
export function tooMuchForOneFile(most: number): string {
  return `What this server was taught is more than the ${Math.floor(most / 1e6)} MB that can be imported from one file, so none was made. Take concepts along one by one with /concepts export, or ask whoever runs the bot for a backup.`;
}

/** `You had 58 of 60 pictures in the last hour. Ask for at most 2, wait 12 min, or have an administrator …` */
export function overQuota(what: Counted, amount: number, overdrawn: Overdrawn): string {
  const { whose, used, limit } = overdrawn;
  const who = whose === 'user' ? 'You' : 'This server';
  const span = what === 'lessons' ? '24 hours' : 'hour';
  return `${who} had ${used} of ${limit} ${what} in the last ${span}. ${waysOut(amount, overdrawn)}`;
}

/** To ask for less, to wait, or both where more was asked for than there ever is; and to have more allowed. */
function waysOut(amount: number, { limit, left, seconds }: Overdrawn): string {
  const time = spelt(seconds);
  if (amount <= limit) {
    return left > 0
      ? `Ask for at most ${left}, wait ${time}, or have an administrator allow more with /settings.`
      : `Wait ${time}, or have an administrator allow more with /settings.`;
  }
  return left > 0
    ? `Ask for at most ${left}, or have an administrator allow more with /settings.`
    : `Wait ${time} and ask for at most ${limit}, or have an administrator allow more with /settings.`;
}

export function tookTooLong(seconds: number): string {
  return `It was stopped after ${spelt(seconds)}, the longest that one of its kind may take here. Nothing taught was lost; whoever runs the bot can allow more and have it go on.`;
}

export function errandTookTooLong(seconds: number): string {
  return `It was stopped after ${spelt(seconds)}, the longest that an import or an export may take; nothing was changed.`;
}

/** A time rounded up: `40 s`, `12 min`, `3 h 20 min`. */
export function spelt(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 ? [`${rest} min`] : [])].join(' ');
}
