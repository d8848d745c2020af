import type { Bot, Conversation } from '../../../commands/bot/bot.ts';
import { type RichText, text } from '../../../commands/bot/rich-text.ts';
import { messagesIn } from '../../../commands/locales/index.ts';
import type { Counter, Customer } from '../listening/counter.ts';
import { wordsFor } from '../locales/index.ts';
import type { Rename } from '../names.ts';
import { homeView, pageOf, samplesOf } from './view.ts';

/** The page of the app that everyone has: the list of concepts. */
export interface Home {
  open(customer: Customer): Promise<void>;
  press(customer: Customer, id: string): Promise<void>;
}

export function createHome(bot: Bot, counter: Counter, rename: Rename): Home {
  async function publish({ person, courier }: Customer, page: number, notice?: RichText): Promise<void> {
    const { server, user } = person;
    const view = homeView({
      concepts: await bot.studio.concepts(server.id),
      user,
      words: messagesIn(user.locale),
      own: wordsFor(user.locale).home,
      rename,
      page,
      ...(notice && { notice }),
    });
    await courier.publishHome(user.id, view);
  }

  /** What a button of the home is answered with is shown above the list. */
  function conversationOf(customer: Customer): Conversation {
    const show = ({ text: notice }: { readonly text: RichText }) => publish(customer, 0, notice);
    return { defer: async () => {}, progress: () => {}, reply: show, update: show, remove: async () => {} };
  }

  async function showSamples(customer: Customer, token: string): Promise<void> {
    const command = bot.commands.find(({ name }) => name === 'concepts');
    if (!command) return;
    const { channel: _, ...occasion } = customer.occasion;
    await counter.run({ ...customer, occasion }, command, {
      values: { do: 'show', concept: token },
      files: [],
    });
    await publish(customer, 0, text`${wordsFor(customer.person.user.locale).home.sent}`);
  }

  return {
    open: (customer) => publish(customer, 0),
    async press(customer, id) {
      const [page, token] = [pageOf(id), samplesOf(id)];
      if (page !== undefined) return publish(customer, page);
      if (token !== undefined) return showSamples(customer, token);
      await bot.press({ ...customer.person, id }, conversationOf(customer));
    },
  };
}
