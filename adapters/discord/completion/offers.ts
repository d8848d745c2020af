import { LRUCache } from 'lru-cache';
import type { Offer } from './choices.ts';

/** What was meant by what came. */
export interface Meant {
  readonly full: string;
  /** Where the caret of what came is in that. */
  readonly caret: number;
  /** The page of suggestions that is asked for, from 1. */
  readonly page: number;
}

/**
 * What was offered to whom: a choice that is sent, edited or not, by its name or its value, is read as what it stands for.
 * Discord's clients send the name where an option is edited after a choice, or the channel is changed (discord-api-docs
 * issues 4012, 7206 and 7916), and there is no room for all of a long text in either.
 */
export interface Offers {
  read(key: string, given: string, caret?: number): Meant;
  /** What came last, for the same key. */
  last(key: string): string | undefined;
  remember(key: string, given: string, offers: readonly Offer[]): void;
}

interface Remembered {
  readonly given: string;
  readonly offers: readonly Offer[];
}

/** Two lists of them, as one may still be looked at while the next is on its way, and those that were chosen before. */
const mostOffers = 60;
const mostCharacters = 8 * 2 ** 20;
const life = 3_600_000;

/** Forgets offers after an hour, and the oldest where all would take more than 8 Mi characters. */
export function createOffers(): Offers {
  const kept = new LRUCache<string, Remembered>({
    maxSize: mostCharacters,
    ttl: life,
    sizeCalculation: ({ offers }) =>
      offers.reduce((sum, { name, value, full }) => sum + name.length + value.length + full.length, 1),
  });

  /** The longest choice that the text begins with, and how long that is in it. */
  function chosen(key: string, given: string) {
    const found = (kept.get(key)?.offers ?? []).flatMap((offer) =>
      [offer.name, offer.value]
        .filter((words) => words !== offer.full && given.startsWith(words))
        .map(({ length }) => ({ offer, length })),
    );
    return found.sort((a, b) => b.length - a.length)[0];
  }

  return {
    read(key, given, caret = given.length) {
      const match = chosen(key, given);
      if (!match) return { full: given, caret, page: 1 };
      const { offer, length } = match;
      const rest = given.slice(length);
      const page = rest.trim() === '' ? Math.max(1, offer.page) : 1;
      return { full: offer.full + rest, caret: offer.full.length + Math.max(0, caret - length), page };
    },
    last: (key) => kept.get(key)?.given,
    remember(key, given, offers) {
      const before = chosen(key, given)?.offer;
      const earlier = kept.get(key)?.offers ?? [];
      const all = [...(before ? [before] : []), ...offers, ...earlier];
      kept.set(key, { given, offers: [...new Set(all)].slice(0, mostOffers) });
    },
  };
}
