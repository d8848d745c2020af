import { taken } from '../../../commands/bot/completion.ts';
import { endedAfter } from '../../../commands/bot/quoted.ts';
import type { Suggestion } from '../../../commands/command.ts';

/** Discord takes no longer names, no longer values, and no more choices. */
const longest = 100;
const mostChoices = 25;
const longestLabel = 40;

/** Stands in a choice for words that Discord has no room for. */
export const omission = '[…]';

/** A choice, and what it means. */
export interface Offer {
  /** What is shown. Discord's clients send it instead of the value where the option is edited after it was chosen. */
  readonly name: string;
  /** What is sent. */
  readonly value: string;
  /** What the option becomes. */
  readonly full: string;
  /** The page of suggestions that it leads to; 0 for a choice that is one. */
  readonly page: number;
}

export interface OfferOptions {
  readonly typed: string;
  readonly suggestions: readonly Suggestion[];
  /** From 1. */
  readonly page: number;
  /** Words of the choice that leads to another page. */
  more(count: number, page: number, pages: number): string;
}

/**
 * The choices that Discord is told: as many as it shows, the last of which leads to the next page where there are more, and
 * after the last page to the first again.
 */
export function offersOf({ typed, suggestions, page, more }: OfferOptions): readonly Offer[] {
  const offers = suggestions
    .filter(({ value }) => value !== '')
    .map((suggestion) => offerOf(typed, suggestion));
  if (offers.length <= mostChoices) return offers;
  const perPage = mostChoices - 1;
  const pages = Math.ceil(offers.length / perPage);
  const current = ((page - 1) % pages) + 1;
  const next = (current % pages) + 1;
  const shown = offers.slice((current - 1) * perPage, current * perPage);
  const words = `${omission} ${more(offers.length - shown.length, next, pages)}`.slice(0, longest);
  return [...shown, { name: words, value: words, full: typed, page: next }];
}

function offerOf(typed: string, suggestion: Suggestion): Offer {
  const full = taken(typed, suggestion);
  const { value, label = '', range = { start: 0, end: typed.length } } = suggestion;
  const focus = { start: range.start, end: range.start + value.length };
  const beside = label === '' ? '' : ` · ${endedAfter(label, longestLabel)}`;
  return {
    name: abbreviated(full, focus, longest - beside.length) + beside,
    value: abbreviated(full, focus, longest),
    full,
    page: 0,
  };
}

/** At most so many characters of a text, those around `focus`, with a mark wherever it is cut. */
function abbreviated(
  full: string,
  focus: { readonly start: number; readonly end: number },
  most: number,
): string {
  if (full.length <= most) return full;
  const room = Math.max(0, most - 2 * omission.length - (focus.end - focus.start));
  const after = Math.min(full.length - focus.end, Math.floor(room / 3));
  const start = Math.max(0, focus.start - (room - after));
  const end = Math.min(focus.end + after, start + most - 2 * omission.length);
  const marks = [start > 0 ? omission : '', end < full.length ? omission : ''] as const;
  return `${marks[0]}${full.slice(start, end)}${marks[1]}`.toWellFormed();
}
