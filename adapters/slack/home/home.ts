import { LRUCache } from 'lru-cache';
import type { Bot, Conversation } from '../../../commands/bot/bot.ts';
import type { RichText } from '../../../commands/bot/rich-text.ts';
import { messagesIn } from '../../../commands/locales/index.ts';
import type { Concept } from '../../../src/concept.ts';
import type { Customer } from '../listening/counter.ts';
import { wordsFor } from '../locales/index.ts';
import { kindOf } from '../messages/refusal.ts';
import type { Rename } from '../names.ts';
import { type SampleFiles, type Samples, sampleKey } from './samples.ts';
import { conceptsOn, homeView, pageOf } from './view.ts';

/** The page of the app that everyone has: the list of concepts. */
export interface Home {
  open(customer: Customer): Promise<void>;
  press(customer: Customer, id: string): Promise<void>;
}

/** What a home shows. */
interface Sight {
  readonly concepts: readonly Concept[];
  readonly page: number;
  readonly notice?: RichText;
}

const mostHomes = 10_000;
const none: SampleFiles = new Map();

export function createHome(bot: Bot, samples: Samples, rename: Rename): Home {
  /** The last time that each home was to show something, so that samples that arrive late do not bring back what was there before. */
  const newest = new LRUCache<string, symbol>({ max: mostHomes });

  async function show({ person, courier }: Customer, sight: Sight, files: SampleFiles): Promise<void> {
    const { user } = person;
    const words = messagesIn(user.locale);
    const own = wordsFor(user.locale).home;
    await courier.publishHome(user.id, homeView({ ...sight, user, words, own, rename, files }));
  }

  /** In words alone where Slack does not take the samples, such as those that somebody has deleted there. */
  async function showWhole(customer: Customer, sight: Sight, files: SampleFiles): Promise<void> {
    try {
      await show(customer, sight, files);
    } catch (error) {
      const { shown } = conceptsOn(sight.concepts, sight.page);
      if (kindOf(error) !== 'other' || !shown.some((concept) => files.has(sampleKey(concept)))) throw error;
      await show(customer, sight, none);
      await samples.giveUp(customer, shown);
    }
  }

  async function publish(customer: Customer, page: number, notice?: RichText): Promise<void> {
    const { server, user } = customer.person;
    const home = `${server.id}/${user.id}`;
    const time = Symbol(home);
    newest.set(home, time);
    const concepts = await bot.studio.concepts(server.id);
    const sight = { concepts, page, ...(notice && { notice }) };
    const files = await samples.known(customer.occasion.team);
    await showWhole(customer, sight, files);
    const missing = conceptsOn(concepts, page).shown.filter((concept) => !files.has(sampleKey(concept)));
    if (missing.length === 0) return;
    const { drawnOf } = messagesIn(user.locale).concepts;
    const all = await samples.bring(customer, missing, ({ token, classWord }) =>
      drawnOf(`${token} ${classWord}`),
    );
    const arrived = missing.some((concept) => all.has(sampleKey(concept)));
    if (arrived && newest.get(home) === time) await showWhole(customer, sight, all);
  }

  /** What a button of the home is answered with is shown above the list. */
  function conversationOf(customer: Customer): Conversation {
    const show = ({ text: notice }: { readonly text: RichText }) => publish(customer, 0, notice);
    return { defer: async () => {}, progress: () => {}, reply: show, update: show, remove: async () => {} };
  }

  return {
    open: (customer) => publish(customer, 0),
    async press(customer, id) {
      const page = pageOf(id);
      if (page !== undefined) return publish(customer, page);
      await bot.press({ ...customer.person, id }, conversationOf(customer));
    },
  };
}
