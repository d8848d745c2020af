import type { App, webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { inLanguageOf } from '../../../commands/bot/asking.ts';
import type { Reopen } from '../../../commands/bot/bot.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import type { PlatformRecords } from '../../../model-store/store.ts';
import { attempt, failure, type Result, raise } from '../../../src/result.ts';
import { createUnderWay } from '../../under-way.ts';
import { within } from '../../within.ts';
import { createForms, fieldFor } from '../forms/forms.ts';
import { createHome } from '../home/home.ts';
import { createSamples } from '../home/samples.ts';
import { wordsFor } from '../locales/index.ts';
import { createCourier } from '../messages/courier.ts';
import { filesBeside } from '../messages/messages.ts';
import { kindOf } from '../messages/refusal.ts';
import { commandCalled, createRename } from '../names.ts';
import { type CounterOptions, type Customer, createCounter } from './counter.ts';
import { createMembers, serverId } from './members.ts';
import {
  addressSchema,
  type Interaction,
  identityOf,
  interactionSchema,
  type Occasion,
  occasionOf,
  occasionOfSlash,
  slashSchema,
} from './occasion.ts';
import { readTyped } from './typed.ts';

/** Where what people do on Slack arrives. */
export interface Desk {
  /** Hears what Bolt hears. The same twice is answered once. */
  attach(app: App): void;
  /** Answers new ones with a word about that; resolves when all that was heard is answered, at most after `milliseconds`. */
  close(milliseconds: number): Promise<void>;
  /** Makes conversations from before a restart again, by the client for a workspace. */
  reopen(clientOf: ClientOf): Reopen;
}

/** The client for a workspace; undefined where the bot is not in it any more. Rejects where that cannot be told. */
export type ClientOf = (team: string) => Promise<webApi.WebClient | undefined>;

/** More than come in the hour in which Slack sends again what was not acknowledged. */
const mostRemembered = 20_000;

type Answer = { readonly response_action: 'errors'; readonly errors: Record<string, string> } | undefined;

export interface DeskOptions extends Omit<CounterOptions, 'rename'> {
  /** Where the files are noted that homes show. */
  readonly records: PlatformRecords;
}

export function createDesk(options: DeskOptions): Desk {
  const { bot, log, files, times } = options;
  const heard = new LRUCache<string, true>({ max: mostRemembered });
  const members = createMembers();
  const rename = createRename(bot.commands);
  const counter = createCounter({ ...options, rename });
  const forms = createForms(bot, rename);
  const samples = createSamples({ studio: bot.studio, records: options.records, arrival: times.arrival });
  const home = createHome(bot, samples, rename);
  const underWay = createUnderWay((error) =>
    log.error({ error }, 'something on Slack could not be answered'),
  );
  let closing = false;

  /** Whether it is heard for the first time, as far as that can be told. */
  const isNew = (id: string | undefined) => id === undefined || (!heard.has(id) && heard.set(id, true));

  async function customerOf(client: webApi.WebClient, occasion: Occasion): Promise<Customer> {
    const courier = createCourier({ client, files, patience: times.patience });
    const person = await inLanguageOf(bot.studio, await members.personOf(client, occasion));
    return { person, occasion, courier, token: client.token ?? '' };
  }

  /** Finds out who it is, and does it. What fails otherwise than by a problem is logged, and told as one. */
  async function attend(
    client: webApi.WebClient,
    occasion: Occasion,
    act: (customer: Customer) => Promise<void>,
  ): Promise<Result<void>> {
    let said = wordsFor();
    return attempt(async () => {
      const customer = await customerOf(client, occasion);
      said = wordsFor(customer.person.user.locale);
      if (closing) raise('cancelled', said.restarting);
      await act(customer);
    }).catch((error: unknown) => {
      log.error({ error }, 'something on Slack could not be answered');
      return failure('engine-down', kindOf(error) === 'too-late' ? said.notAwaited : said.wrong);
    });
  }

  /** Problems raised on the way to a command are told like those of commands. */
  async function serve(
    client: webApi.WebClient,
    occasion: Occasion,
    act: (customer: Customer) => Promise<void>,
  ) {
    const result = await attend(client, occasion, async (customer) => {
      await act(customer);
      underWay.add(samples.tidy(customer));
    });
    if (!result.ok) await tell(client, occasion, result.problem.message);
  }

  async function tell(client: webApi.WebClient, occasion: Occasion, sentence: string): Promise<void> {
    const courier = createCourier({ client, files, patience: times.patience });
    const server = { id: serverId(occasion.team), name: occasion.teamName };
    const user = { id: occasion.user, name: occasion.userName, role: 'everyone' as const };
    const conversation = counter.conversationOf({ person: { server, user }, occasion, courier, token: '' });
    await conversation.reply({ text: text`${sentence}`, visibility: 'requester' });
  }

  async function takeSlash(customer: Customer, slash: string, typed: string): Promise<void> {
    const { person, occasion, courier } = customer;
    const said = wordsFor(person.user.locale);
    const command = commandCalled(bot.commands, slash) ?? raise('not-found', said.forms.noMenu);
    const given = readTyped(bot.commands, command, typed, said.typed);
    const form = await forms.forMissing(person, occasion, command, given);
    if (form) return courier.openForm(occasion.trigger ?? '', form);
    await counter.run(customer, command, given);
  }

  async function takeButton(customer: Customer, { actions = [], container, channel, message }: Interaction) {
    const [{ value = '', block_id = '' } = {}] = actions;
    if (container?.type === 'view') return home.press(customer, value);
    const spot = { channel: channel?.id ?? '', ts: container?.message_ts ?? message?.ts ?? '' };
    const personal = container?.is_ephemeral === true;
    await counter.press(customer, value, { spot, personal, files: filesBeside(block_id) });
  }

  /** Resolves with what is wrong with a form, or with nothing once its command is on its way. */
  async function takeForm(
    client: webApi.WebClient,
    occasion: Occasion,
    interaction: Interaction,
  ): Promise<Answer> {
    const taken = await attend(client, occasion, async (sender) => {
      const sent = forms.sent(sender.person, interaction, occasion);
      const customer = askedAt(sender, sent.occasion);
      await forms.check(customer.person, sent);
      const conversation = counter.conversationOf(customer);
      await conversation.begin();
      underWay.add(counter.run(customer, sent.command, sent.given, conversation));
    });
    const field = fieldFor(interaction);
    if (taken.ok || field === undefined) return undefined;
    return { response_action: 'errors', errors: { [field]: rename.sentence(taken.problem.message) } };
  }

  return {
    attach(app) {
      app.command(/.*/, async ({ ack, body, client }) => {
        await ack();
        const slash = slashSchema.parse(body);
        if (!isNew(slash.trigger_id)) return;
        const occasion = occasionOfSlash(slash, Date.now());
        underWay.add(serve(client, occasion, (customer) => takeSlash(customer, slash.command, slash.text)));
      });

      app.action(/.*/, async ({ ack, body, client }) => {
        await ack();
        const interaction = interactionSchema.parse(body);
        if (!isNew(identityOf(interaction))) return;
        const occasion = occasionOf(interaction, Date.now());
        underWay.add(serve(client, occasion, (customer) => takeButton(customer, interaction)));
      });

      app.shortcut({ callback_id: /.*/, type: 'message_action' }, async ({ ack, body, client }) => {
        await ack();
        const interaction = interactionSchema.parse(body);
        if (!isNew(identityOf(interaction))) return;
        const occasion = occasionOf(interaction, Date.now());
        underWay.add(
          serve(client, occasion, async (customer) => {
            const form = await forms.ofMessage(customer.person, occasion, interaction);
            await customer.courier.openForm(occasion.trigger ?? '', form);
          }),
        );
      });

      app.view(/.*/, async ({ ack, body, client }) => {
        const interaction = interactionSchema.parse(body);
        if (!isNew(identityOf(interaction))) return ack();
        const occasion = occasionOf(interaction, Date.now());
        const taking = takeForm(client, occasion, interaction);
        const answer = await within(times.forms, taking);
        await (answer ? ack(answer) : ack());
        underWay.add(
          taking.then(async (late) => {
            const [sentence] = Object.values(late?.errors ?? {});
            if (!answer && sentence !== undefined) await tell(client, occasion, sentence);
          }),
        );
      });

      app.event('app_home_opened', async ({ event, body, client }) => {
        if (event.tab !== 'home' || !isNew(body.event_id)) return;
        const team = body.team_id;
        const occasion = { team, teamName: team, user: event.user, userName: event.user, at: Date.now() };
        underWay.add(customerOf(client, occasion).then(home.open));
      });
    },

    reopen: (clientOf) => async (kept, person) => {
      const address = addressSchema.safeParse(kept);
      const client = address.success && (await clientOf(address.data.occasion.team));
      if (!client) return undefined;
      const { occasion, ...before } = address.data;
      const courier = createCourier({ client, files, patience: times.patience });
      return counter.conversationOf({ person, occasion, courier, token: '' }, undefined, before);
    },

    async close(milliseconds) {
      closing = true;
      await underWay.settle(milliseconds);
    },
  };
}

/** The same person where they had asked for a form, which Slack does not say with the form. */
function askedAt({ person, ...rest }: Customer, occasion: Occasion): Customer {
  const { channel } = occasion;
  return { ...rest, occasion, person: { ...person, ...(channel && { channel }) } };
}
