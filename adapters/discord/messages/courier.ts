import {
  type APIInteractionResponse,
  type APIMessage,
  type RawFile,
  type REST,
  type RESTPatchAPIChannelMessageJSONBody,
  type RESTPostAPIChannelMessageJSONBody,
  Routes,
} from 'discord.js';
import { refusalOf } from './refusal.ts';

/** The interaction that is answered. */
export interface Address {
  readonly applicationId: string;
  readonly interactionId: string;
  /** Good for 15 minutes. */
  readonly token: string;
  readonly channelId: string;
}

/** A message as it goes over the wire. */
export interface OutgoingMessage {
  readonly body: RESTPostAPIChannelMessageJSONBody;
  readonly files: readonly RawFile[];
}

/** All that is asked of Discord for one interaction. Everything rejects with a {@link DiscordRefusal}. */
export interface Courier {
  /** The one answer that is due within 3 s. */
  respond(response: APIInteractionResponse): Promise<void>;
  /** Puts `message` in the place of an answer, `@original` for the first one, and resolves with its id. */
  edit(place: string, message: OutgoingMessage): Promise<string>;
  remove(place: string): Promise<void>;
  /** Adds an answer and resolves with its id. */
  follow(message: OutgoingMessage): Promise<string>;
  /** Posts as the bot, which needs its permissions but no token; the same `nonce` twice makes one message. */
  post(message: OutgoingMessage, nonce: string): Promise<string>;
  /** Edits a message of the bot, which needs no token either. */
  editAsBot(message: string, content: OutgoingMessage): Promise<void>;
}

export function createCourier(rest: REST, address: Address): Courier {
  const { applicationId, interactionId, token, channelId } = address;

  async function send<T>(request: () => Promise<unknown>): Promise<T> {
    try {
      return (await request()) as T;
    } catch (error) {
      throw refusalOf(error);
    }
  }

  const idOf = async (request: () => Promise<unknown>) => (await send<Pick<APIMessage, 'id'>>(request)).id;
  const parts = ({ body, files }: OutgoingMessage) => ({ body, files: [...files] });

  return {
    respond: (body) =>
      send(() => rest.post(Routes.interactionCallback(interactionId, token), { body, auth: false })),
    edit: (place, message) =>
      idOf(() =>
        rest.patch(Routes.webhookMessage(applicationId, token, place), { ...parts(message), auth: false }),
      ),
    remove: (place) =>
      send(() => rest.delete(Routes.webhookMessage(applicationId, token, place), { auth: false })),
    follow: (message) =>
      idOf(() => rest.post(Routes.webhook(applicationId, token), { ...parts(message), auth: false })),
    post: ({ body, files }, nonce) =>
      idOf(() =>
        rest.post(Routes.channelMessages(channelId), {
          ...parts({ body: { ...body, nonce, enforce_nonce: true }, files }),
        }),
      ),
    async editAsBot(message, { body, files }) {
      const changes: RESTPatchAPIChannelMessageJSONBody = body;
      await send(() =>
        rest.patch(Routes.channelMessage(channelId, message), { body: changes, files: [...files] }),
      );
    },
  };
}
