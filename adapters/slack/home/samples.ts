import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import { z } from 'zod';
import { tidyName } from '../../../commands/bot/names.ts';
import type { PlatformRecords } from '../../../model-store/store.ts';
import type { Concept } from '../../../src/concept.ts';
import type { Studio } from '../../../src/studio/studio.ts';
import type { Customer } from '../listening/counter.ts';
import { createGallery, type Gallery } from '../messages/gallery.ts';
import { unlessGone } from '../messages/refusal.ts';

/** Ids of the files that show the samples of concepts, by {@link sampleKey}. */
export type SampleFiles = ReadonlyMap<string, string>;

/**
 * Samples that lie on Slack as files of the app, one for each concept of a workspace, which nobody sees but in the homes of its
 * members.
 */
export interface Samples {
  known(team: string): Promise<SampleFiles>;
  /** Brings those that are missing, and resolves with all there are. What cannot be brought is left out. */
  bring(
    customer: Customer,
    concepts: readonly Concept[],
    alt: (concept: Concept) => string,
  ): Promise<SampleFiles>;
  /** Takes away those that Slack does not show any more, and brings none to that workspace for an hour. */
  giveUp(customer: Customer, concepts: readonly Concept[]): Promise<void>;
  /** Takes away those of concepts that were forgotten since. */
  tidy(customer: Customer): Promise<void>;
}

export interface SamplesOptions {
  readonly studio: Pick<Studio, 'concepts' | 'sample'>;
  readonly records: PlatformRecords;
  /** Milliseconds between two looks at whether a file is there. */
  readonly arrival: readonly number[];
}

const mostTeams = 10_000;
const hour = 3_600_000;
const mostKept = 1000;
const kept = z.array(z.tuple([z.string(), z.string()]));

/** Names what was taught: a token may come again with an import, at another time. */
export function sampleKey({ token, taughtAt }: Concept): string {
  return `${token} ${taughtAt}`;
}

/** Where a workspace's samples are noted. */
export function samplesRecord(team: string): string {
  return `samples-${team}`;
}

export function createSamples({ studio, records, arrival }: SamplesOptions): Samples {
  const turns = new LRUCache<string, PQueue>({ max: mostTeams });
  const givenUp = new LRUCache<string, true>({ max: mostTeams, ttl: hour });

  /** One after another in each workspace, so that no file is brought twice or taken away while it is brought. */
  function inTurn<T>(team: string, work: () => Promise<T>): Promise<T> {
    const turn = turns.get(team) ?? new PQueue({ concurrency: 1 });
    turns.set(team, turn);
    return turn.add(work);
  }

  async function known(team: string): Promise<SampleFiles> {
    const read = kept.safeParse(await records.read(samplesRecord(team)));
    return new Map(read.success ? read.data : []);
  }

  const note = (team: string, files: SampleFiles) =>
    files.size === 0 ? records.remove(samplesRecord(team)) : records.write(samplesRecord(team), [...files]);

  const galleryOf = ({ courier }: Customer): Gallery => createGallery(courier, arrival, 'It did not arrive.');

  async function take(customer: Customer, goes: (key: string) => boolean): Promise<void> {
    const { team } = customer.occasion;
    const files = [...(await known(team))];
    const gone = files.filter(([key]) => goes(key)).map(([, id]) => id);
    if (gone.length === 0) return;
    await galleryOf(customer).remove(gone);
    await note(team, new Map(files.filter(([key]) => !goes(key))));
  }

  return {
    known,

    bring: (customer, concepts, alt) =>
      inTurn(customer.occasion.team, async () => {
        const { occasion, person } = customer;
        const files = new Map(await known(occasion.team));
        const missing = concepts.filter((concept) => !files.has(sampleKey(concept)));
        if (missing.length === 0 || givenUp.has(occasion.team)) return files;
        const gallery = galleryOf(customer);
        const bringOne = async (concept: Concept) => {
          const sample = await studio.sample(person.server.id, concept.token);
          if (!sample.ok || files.size >= mostKept) return;
          const picture = { name: `${tidyName(concept)}.png`, bytes: sample.value, alt: alt(concept) };
          files.set(sampleKey(concept), await gallery.keep(picture));
        };
        await Promise.all(missing.map((concept) => bringOne(concept).catch(() => {})));
        await note(occasion.team, files);
        return files;
      }),

    giveUp: (customer, concepts) =>
      inTurn(customer.occasion.team, async () => {
        givenUp.set(customer.occasion.team, true);
        const keys = new Set(concepts.map(sampleKey));
        await take(customer, (key) => keys.has(key)).catch(unlessGone);
      }),

    tidy: (customer) =>
      inTurn(customer.occasion.team, async () => {
        if ((await known(customer.occasion.team)).size === 0) return;
        const taught = new Set((await studio.concepts(customer.person.server.id)).map(sampleKey));
        await take(customer, (key) => !taught.has(key));
      }),
  };
}
